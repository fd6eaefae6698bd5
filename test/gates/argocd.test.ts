import { expect, it } from "vitest";
import { type Application, ApplicationSchema, type ArgocdFacts } from "../../lib/gates/argocd/facts.ts";
import { judgeArgocd } from "../../lib/gates/argocd/judge.ts";
import { answers, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const FINISHED = "2026-03-01T09:55:00Z";
const resource = (name: string, rest: object = {}) => ({
  kind: "Deployment",
  name,
  status: "Synced",
  ...rest,
});
const STATUS = {
  sync: { status: "Synced", revision: "1.2.3" },
  health: { status: "Healthy" },
  operationState: { phase: "Succeeded", finishedAt: FINISHED },
  reconciledAt: FINISHED,
  resources: [resource("a"), resource("b")],
};
const application = (status: object = {}, rest: object = {}): Application =>
  ApplicationSchema.parse({
    metadata: { name: "shop", namespace: "argocd" },
    spec: { source: { chart: "shop", targetRevision: "1.2.3" }, destination: { namespace: "shop" } },
    status: { ...STATUS, ...status },
    ...rest,
  });
const judge = (fact: ArgocdFacts["application"]) =>
  judgeArgocd(
    { application: fact, neighbours: read([]), workloads: undefined },
    { ...GATE, namespace: "argocd", application: "shop", minimumResources: 2 },
    NOW,
  );
const answerTo = (check: string, status: object, rest: object = {}) =>
  judge(read(application(status, rest))).find((finding) => finding.check === `application-${check}`)?.status;

it("passes when synced, healthy, complete and looked at since the last sync", () => {
  expect(answers(judge(read(application())))).toEqual([
    "application-valid: pass",
    "application-operation: pass",
    "application-reconciled: pass",
    "application-synced: pass",
    "application-healthy: pass",
    "application-complete: pass",
  ]);
});

it("waits for an Application that is not there, and does not know one that it may not read", () => {
  expect(answers(judge(read(null)))).toEqual(["application-valid: pending"]);
  expect(answers(judge(FORBIDDEN))).toEqual(["application-valid: unknown"]);
});

it("knows nothing of an Application without status", () => {
  const bare = ApplicationSchema.parse({ metadata: { name: "shop" }, spec: {} });
  expect(
    judge(read(bare))
      .filter(({ status }) => status === "pass")
      .map(({ check }) => check),
  ).toEqual(["application-valid"]);
});

it.each([
  ["ComparisonError", "pending"],
  ["SyncError", "pending"],
  ["InvalidSpecError", "fail"],
  ["OrphanedResourceWarning", "pass"],
])("a condition %s is %s, though health still says Healthy", (type, answer) => {
  expect(answerTo("valid", { conditions: [{ type, message: "x" }] })).toBe(answer);
});

it.each<[string, object, object, string]>([
  ["is asked for", {}, { operation: { sync: {} } }, "pending"],
  ["never was", { operationState: undefined }, {}, "pending"],
  ["is running", { operationState: { phase: "Running" } }, {}, "pending"],
  [
    "failed",
    { operationState: { phase: "Failed", finishedAt: FINISHED, message: "hook failed" } },
    {},
    "fail",
  ],
  ["was an error", { operationState: { phase: "Error", finishedAt: FINISHED } }, {}, "fail"],
  [
    "succeeded, and one of its hooks did not",
    {
      operationState: {
        phase: "Succeeded",
        finishedAt: FINISHED,
        syncResult: { resources: [{ kind: "Job", name: "m", hookType: "PostSync", hookPhase: "Failed" }] },
      },
    },
    {},
    "fail",
  ],
  ["ended in a new way", { operationState: { phase: "Paused", finishedAt: FINISHED } }, {}, "unknown"],
  ["has not been reconciled since", { reconciledAt: "2026-03-01T09:54:59Z" }, {}, "pending"],
  ["was reconciled in the same second", { reconciledAt: FINISHED }, {}, "pass"],
  ["was never reconciled", { reconciledAt: undefined }, {}, "pending"],
  [
    "was a dry run, which changes nothing to look at",
    {
      reconciledAt: undefined,
      operationState: { phase: "Succeeded", finishedAt: FINISHED, operation: { sync: { dryRun: true } } },
    },
    {},
    "pass",
  ],
])("a sync that %s", (_what, status, rest, answer) => {
  expect(answerTo("operation", status, rest)).toBe(answer);
});

it.each<[string, object, object, string]>([
  ["out of sync", { sync: { status: "OutOfSync" } }, {}, "pending"],
  ["unknown", { sync: { status: "Unknown" } }, {}, "pending"],
  ["synced to the chart before", { sync: { status: "Synced", revision: "1.2.2" } }, {}, "pending"],
  [
    "synced to a source that is no longer asked for",
    { sync: { status: "Synced", revision: "1.3.0", comparedTo: { source: { targetRevision: "1.2.x" } } } },
    { spec: { source: { chart: "shop", targetRevision: "1.x" } } },
    "pending",
  ],
  [
    "synced to the first of two charts",
    { sync: { status: "Synced", revisions: ["1.2.3", "0.9.0"] } },
    {
      spec: {
        sources: [
          { chart: "shop", targetRevision: "1.2.3" },
          { chart: "cache", targetRevision: "1.0.0" },
        ],
      },
    },
    "pending",
  ],
  ["synced within a range", {}, { spec: { source: { chart: "shop", targetRevision: "1.x" } } }, "pass"],
  ["synced to a branch", {}, { spec: { source: { targetRevision: "HEAD" } } }, "pass"],
])("an Application that is %s", (_what, status, rest, answer) => {
  expect(answerTo("synced", status, rest)).toBe(answer);
});

it.each<[string, object, object, string]>([
  ["just under 10 minutes ago", { reconciledAt: minutesAgo(9.9) }, {}, "pass"],
  ["10 minutes ago: nobody compares any more", { reconciledAt: minutesAgo(10) }, {}, "pending"],
  ["in the future", { reconciledAt: minutesAgo(-2) }, {}, "unknown"],
  ["never", { reconciledAt: null }, {}, "pending"],
  [
    "just now, and left alone from now on",
    {},
    { metadata: { name: "shop", annotations: { "argocd.argoproj.io/skip-reconcile": "true" } } },
    "fail",
  ],
])("an Application that was compared %s", (_what, status, rest, answer) => {
  expect(answerTo("reconciled", status, rest)).toBe(answer);
});

it("mentions the other Applications, the ill ones by name, and holds none of them against this one", () => {
  const neighbour = (name: string, health: string, sync = "Synced") => ({
    metadata: { name },
    status: { health: { status: health }, sync: { status: sync } },
  });
  const neighbours = read([
    neighbour("shop", "Degraded"),
    neighbour("one", "Healthy"),
    neighbour("two", "Degraded"),
    neighbour("three", "Healthy", "OutOfSync"),
  ]);
  const findings = judgeArgocd(
    { application: read(application()), neighbours, workloads: undefined },
    { ...GATE, namespace: "argocd", application: "shop", minimumResources: 2 },
    NOW,
  ).filter(({ severity }) => severity === "warning");
  expect(findings.map(({ subject, status, observed }) => [subject, status, observed])).toEqual([
    ["other Applications in argocd", "pending", "1 of 3"],
    ["Application argocd/two", "fail", "Synced, Degraded"],
    ["Application argocd/three", "pending", "OutOfSync, Healthy"],
  ]);
});

it.each([
  ["Healthy", "pass"],
  ["Progressing", "pending"],
  ["Degraded", "pending"],
  ["Missing", "pending"],
  ["Suspended", "pending"],
  ["Unknown", "unknown"],
])("health %s is %s", (health, answer) => {
  expect(answerTo("healthy", { health: { status: health } })).toBe(answer);
});

it.each<[string, object[], string]>([
  ["one resource less than expected", [resource("a")], "pending"],
  ["no resources, which Argo CD calls Healthy and Synced", [], "pending"],
  ["a missing one", [resource("a"), resource("b", { health: { status: "Missing" } })], "pending"],
  ["one that is out of sync by itself", [resource("a"), resource("b", { status: "OutOfSync" })], "pending"],
  ["hooks that make up the number", [resource("a"), resource("b", { hook: true })], "pending"],
  ["one that should be gone", [resource("a"), resource("b", { requiresPruning: true })], "pending"],
])("an Application with %s", (_what, resources, answer) => {
  expect(answerTo("complete", { resources })).toBe(answer);
});

it("looks at what really runs in the destination", () => {
  const empty = {
    deployments: read([]),
    statefulSets: read([]),
    daemonSets: read([]),
    pods: read([]),
    supports: read([]),
  };
  const findings = judgeArgocd(
    { application: read(application()), neighbours: read([]), workloads: { namespace: "shop", ...empty } },
    { ...GATE, namespace: "argocd", application: "shop", minimumResources: 2 },
    NOW,
  );
  expect(answers(findings).at(-1)).toBe("workloads-present: pending");
});
