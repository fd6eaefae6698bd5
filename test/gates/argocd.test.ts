import { expect, it } from "vitest";
import { type Application, ApplicationSchema, type ArgocdFacts } from "../../lib/gates/argocd/facts.ts";
import { judgeArgocd } from "../../lib/gates/argocd/judge.ts";
import { answers, FORBIDDEN, GATE, NOW, read } from "./samples.ts";

const FINISHED = "2026-03-01T09:50:00Z";
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
    { application: fact, workloads: undefined },
    { ...GATE, namespace: "argocd", application: "shop", minimumResources: 2 },
    NOW,
  );
const answerTo = (check: string, status: object, rest: object = {}) =>
  judge(read(application(status, rest))).find((finding) => finding.check === `application-${check}`)?.status;

it("passes when synced, healthy, complete and looked at since the last sync", () => {
  expect(answers(judge(read(application())))).toEqual([
    "application-valid: pass",
    "application-operation: pass",
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
  ["ended in a new way", { operationState: { phase: "Paused", finishedAt: FINISHED } }, {}, "unknown"],
  ["has not been reconciled since", { reconciledAt: "2026-03-01T09:49:59Z" }, {}, "pending"],
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
  ["synced within a range", {}, { spec: { source: { chart: "shop", targetRevision: "1.x" } } }, "pass"],
  ["synced to a branch", {}, { spec: { source: { targetRevision: "HEAD" } } }, "pass"],
])("an Application that is %s", (_what, status, rest, answer) => {
  expect(answerTo("synced", status, rest)).toBe(answer);
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
    { application: read(application()), workloads: { namespace: "shop", ...empty } },
    { ...GATE, namespace: "argocd", application: "shop", minimumResources: 2 },
    NOW,
  );
  expect(answers(findings).at(-1)).toBe("workloads-present: pending");
});
