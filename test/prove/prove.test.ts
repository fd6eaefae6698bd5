import { describe, expect, it } from "vitest";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { judgeProve, type ProvenGate, readGates } from "../../lib/prove/finish.ts";
import type { ProveScope } from "../../lib/prove/messages.ts";
import { prepareProve } from "../../lib/prove/prepare.ts";
import { InvalidInputError } from "../../lib/run/errors.ts";
import type { Finding } from "../../lib/run/finding.ts";

const catalogue = defineLayers(LAYERS);
const NOW = new Date("2030-01-01T10:00:00Z");
const settings = { environment: "demo", artefactBucket: "demo-artefacts", catalogue };
const request = (input: unknown) => ({
  executionArn: "arn:aws:states:eu-west-1:111122223333:execution:demo-prove:one",
  executionName: "one",
  startedAt: "2030-01-01T09:59:00Z",
  input,
});
const ports = (applied: string[], holder?: { runId: string }) => ({
  layers: {
    read: async (layer: string) => (applied.includes(layer) ? ({ result: "proven" } as never) : undefined),
  },
  leases: {
    holder: async () => holder && { ...holder, executionArn: "arn", takenAt: "2030-01-01T09:00:00.000Z" },
  },
});
const prepare = (input: unknown, applied: string[], holder?: { runId: string }) =>
  prepareProve(request(input), settings, ports(applied, holder));

describe("what is proven", () => {
  it("is every layer that is applied, and what is not is named", async () => {
    const scope = await prepare({}, ["foundation", "app"], { runId: "deploy-1" });
    expect(scope).toMatchObject({
      layers: ["foundation", "app"],
      partial: false,
      folder: "checks/prove/one",
    });
    expect(scope.notApplied).toContain("observability");
    expect(scope.heldBy?.runId).toBe("deploy-1");
  });

  it("is what was asked for, and nothing is added to it", async () => {
    expect(await prepare({ layers: ["app"] }, ["foundation", "app"])).toMatchObject({
      layers: ["app"],
      notApplied: [],
      partial: true,
    });
  });

  it.each([
    ["a layer that there is not", { layers: ["ap"] }, "app"],
    ["a layer that is not applied", { layers: ["app"] }, "app was ever applied"],
    ["an unknown field", { layer: "app" }, "layer"],
  ])("rejects %s", async (_, input, says) => {
    const refused = prepare(input, ["foundation"]);
    await expect(refused).rejects.toThrow(InvalidInputError);
    await expect(refused).rejects.toThrow(says);
  });

  it("rejects an environment of which nothing is applied: a check that asks nothing proves nothing", async () => {
    await expect(prepare({}, [])).rejects.toThrow("no layer is applied");
  });
});

const scope = (changes: Partial<ProveScope> = {}): ProveScope => ({
  runId: "one",
  executionArn: request({}).executionArn,
  environment: "demo",
  artefactBucket: "demo-artefacts",
  folder: "checks/prove/one",
  layers: ["app"],
  notApplied: [],
  partial: false,
  reason: "test",
  startedAt: "2030-01-01T09:59:00.000Z",
  ...changes,
});
const finding = (status: Finding["status"], message = "it is wrong"): Finding => ({
  check: "dns",
  subject: "app",
  status,
  severity: "error",
  observed: "a",
  expected: "b",
  message,
  runbook: "dns-heading",
});
const gate = (kind: string, findings: Finding[], changes: Partial<ProvenGate> = {}): ProvenGate => ({
  layer: "app",
  kind,
  verdict: findings.some(({ status }) => status !== "pass") ? "failed" : "passed",
  passed: findings.filter(({ status }) => status === "pass").length,
  failed: 0,
  findingsKey: `checks/prove/one/app/gates/${kind}.json`,
  findings,
  ...changes,
});
const kinds = catalogue.layer("app").gates.map(({ kind }) => kind);
const all = (changes: Record<string, ProvenGate> = {}) =>
  kinds.map((kind) => changes[kind] ?? gate(kind, [finding("pass")]));
const judge = (gates: ProvenGate[], changes?: Partial<ProveScope>) =>
  judgeProve(scope(changes), gates, catalogue, NOW);

describe("the proof", () => {
  it("passed when every gate of every layer in the scope did", () => {
    expect(judge(all()).proof).toMatchObject({ result: "passed", endedAt: NOW.toISOString() });
  });

  it("failed when a gate gave no report, or passed without having found anything", () => {
    expect(judge(all().slice(1))).toMatchObject({
      proof: { result: "failed" },
      problems: [`app: ${kinds[0]} gave no report`],
    });
    expect(judge(all({ argocd: gate("argocd", []) })).proof.result).toBe("failed");
  });

  it("names gate, finding and heading, and looks the same however the wrong is worded", () => {
    const one = judge(all({ argocd: gate("argocd", [finding("fail", "3 restarts")]) }));
    const other = judge(all({ argocd: gate("argocd", [finding("fail", "4 restarts")]) }));
    expect(one.problems).toEqual(['app: argocd: dns: 3 restarts (docs/runbook.md, "dns-heading")']);
    expect(one.proof.fingerprint).toBe(other.proof.fingerprint);
    const elsewhere = judge(all({ certificate: gate("certificate", [finding("fail")]) }));
    expect(elsewhere.proof.fingerprint).not.toBe(one.proof.fingerprint);
  });

  it("has no fingerprint while a run changes things: nobody is told, so the next look tells", () => {
    const heldBy = { runId: "deploy-1", since: "2030-01-01T09:00:00.000Z" };
    const { proof } = judge(all({ argocd: gate("argocd", [finding("fail")]) }), { heldBy });
    expect(proof.fingerprint).toBeUndefined();
    expect(proof.summary).toContain("run deploy-1 holds the environment");
  });
});

it("makes a finding of a gate that could not answer, under its error's heading", async () => {
  const report = {
    ...gate("argocd", []),
    verdict: "failed" as const,
    firstProblem: "ConfigurationError: denied",
  };
  const { findings: _, ...plain } = report;
  const [read] = await readGates(scope(), [{ layer: "app", gates: [plain] }], {
    readIfThere: async () => undefined,
  });
  expect(read?.findings).toEqual([
    expect.objectContaining({ status: "unknown", runbook: "ConfigurationError", subject: "app: argocd" }),
  ]);
});
