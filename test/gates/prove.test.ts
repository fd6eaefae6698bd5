import { expect, it, vi } from "vitest";
import * as z from "zod";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { ArgocdExpectationSchema } from "../../lib/gates/argocd/expectation.ts";
import { CertificateExpectationSchema } from "../../lib/gates/certificate/expectation.ts";
import { CrdsExpectationSchema } from "../../lib/gates/crds/expectation.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { DelegationExpectationSchema } from "../../lib/gates/delegation/expectation.ts";
import { DnsExpectationSchema } from "../../lib/gates/dns/expectation.ts";
import { EksExpectationSchema } from "../../lib/gates/eks/expectation.ts";
import { EndOfLifeExpectationSchema } from "../../lib/gates/end-of-life/expectation.ts";
import { EndpointExpectationSchema } from "../../lib/gates/endpoint/expectation.ts";
import { GATE_FIELDS } from "../../lib/gates/expectation.ts";
import { IssuersExpectationSchema } from "../../lib/gates/issuers/expectation.ts";
import { LoadBalancerExpectationSchema } from "../../lib/gates/load-balancer/expectation.ts";
import { NodesExpectationSchema } from "../../lib/gates/nodes/expectation.ts";
import { prove } from "../../lib/gates/prove.ts";
import { question } from "../../lib/gates/question.ts";
import { RetentionExpectationSchema } from "../../lib/gates/retention/expectation.ts";
import { SecretStoreExpectationSchema } from "../../lib/gates/secret-store/expectation.ts";
import { SecretsExpectationSchema } from "../../lib/gates/secrets/expectation.ts";
import { TargetsExpectationSchema } from "../../lib/gates/targets/expectation.ts";
import { VeleroExpectationSchema } from "../../lib/gates/velero/expectation.ts";
import { WebhooksExpectationSchema } from "../../lib/gates/webhooks/expectation.ts";
import { WorkloadsExpectationSchema } from "../../lib/gates/workloads/expectation.ts";
import { ConfigurationError, GateFailedError, NotReadyError } from "../../lib/run/errors.ts";
import type { Finding } from "../../lib/run/finding.ts";
import { sampleRun } from "../run/samples.ts";
import { minutesAgo, NOW } from "./samples.ts";

const ask = question("nodes-ready", "Node a", "Ready");
const warn = question("nodes-ready", "Node b", "Ready", "warning");

async function look(findings: Finding[], since = minutesAgo(1), gate: object = {}) {
  const objects = { writeJson: vi.fn() };
  const metrics = { publish: vi.fn() };
  const gates = [
    defineGate({
      kind: "eks",
      expectation: z.strictObject(GATE_FIELDS),
      observe: async () => findings,
      judge: (facts) => facts,
    }),
  ];
  const request = {
    run: sampleRun(),
    layer: "foundation",
    gate: { kind: "eks", deadlineMinutes: 15, ...gate },
    since,
  };
  const moment = { environment: "demo", domain: "example.com", now: NOW };
  const answer = await prove(request, gates, {}, { objects, metrics }, moment).catch((error: Error) => error);
  return { answer: answer as Error & Record<string, unknown>, objects };
}

it("reports what passed, warnings included, and keeps the findings", async () => {
  const findings = [ask.pass("Ready"), warn.fail("NotReady", "b is ill")];
  const { answer, objects } = await look(findings);
  expect(answer).toEqual({
    layer: "foundation",
    kind: "eks",
    verdict: "passed",
    passed: 1,
    failed: 1,
    findingsKey: "runs/run-1/foundation/gates/eks.json",
    firstProblem: "b is ill",
  });
  expect(objects.writeJson).toHaveBeenCalledWith(
    "artefacts",
    "runs/run-1/foundation/gates/eks.json",
    findings,
  );
});

it("is not ready while something is pending or unknown, and says since when and until when", async () => {
  for (const finding of [ask.pending("NotReady", "a is ill."), ask.unknown("forbidden", "a is ill.")]) {
    const { answer } = await look([ask.pass("Ready"), finding]);
    expect(answer).toBeInstanceOf(NotReadyError);
    expect(answer.message).toBe(
      "foundation: eks: nodes-ready: a is ill. It is not ready since 2026-03-01T09:59:00.000Z and may wait until 2026-03-01T10:14:00.000Z.",
    );
  }
});

it.each([
  [14.99, NotReadyError],
  [15, GateFailedError],
  [16, GateFailedError],
])("%d of 15 minutes after the first look, waiting is %o", async (minutes, error) => {
  const { answer, objects } = await look([ask.pending("NotReady")], minutesAgo(minutes));
  expect(answer).toBeInstanceOf(error);
  expect(objects.writeJson).toHaveBeenCalledOnce();
});

it("fails at once on a failure, naming it before anything that merely waits", async () => {
  const { answer } = await look([ask.pending("NotReady", "waits"), ask.fail("gone", "a is gone.")]);
  expect(answer).toBeInstanceOf(GateFailedError);
  expect(answer.message).toBe(
    'foundation: eks: nodes-ready: a is gone. Findings: s3://artefacts/runs/run-1/foundation/gates/eks.json Runbook: "nodes-ready".',
  );
});

it.each([[[]], [[warn.pass("Ready")]]])(
  "fails when nothing was asked that could fail: %j",
  async (findings) => {
    expect((await look(findings)).answer).toBeInstanceOf(GateFailedError);
  },
);

it("rejects a kind that this function does not judge, and an entry of another shape", async () => {
  expect((await look([], undefined, { kind: "weather" })).answer).toBeInstanceOf(ConfigurationError);
  expect((await look([], undefined, { deadlineMinutes: 0 })).answer).toBeInstanceOf(ConfigurationError);
  expect((await look([], undefined, { namespaces: [] })).answer.message).toMatch(/gate eks/);
});

const SCHEMAS: Record<string, z.ZodType> = {
  eks: EksExpectationSchema,
  delegation: DelegationExpectationSchema,
  nodes: NodesExpectationSchema,
  workloads: WorkloadsExpectationSchema,
  crds: CrdsExpectationSchema,
  webhooks: WebhooksExpectationSchema,
  "load-balancer": LoadBalancerExpectationSchema,
  dns: DnsExpectationSchema,
  issuers: IssuersExpectationSchema,
  "secret-store": SecretStoreExpectationSchema,
  secrets: SecretsExpectationSchema,
  certificate: CertificateExpectationSchema,
  endpoint: EndpointExpectationSchema,
  "end-of-life": EndOfLifeExpectationSchema,
  retention: RetentionExpectationSchema,
  targets: TargetsExpectationSchema,
  velero: VeleroExpectationSchema,
  argocd: ArgocdExpectationSchema,
};

/** Every expectation of the catalogue, with whatever edge. */
const EXPECTATIONS = LAYERS.flatMap(({ directory, gates }) =>
  gates.flatMap(({ withEdge, ...usual }) =>
    [usual, ...Object.values(withEdge ?? {})].map((gate) => [directory, gate.kind, gate] as const),
  ),
);

it.each(EXPECTATIONS)("understands what the catalogue expects of %s: %s", (_directory, kind, gate) => {
  expect(SCHEMAS[kind]?.safeParse(gate).error).toBeUndefined();
  expect(SCHEMAS[kind]).toBeDefined();
});
