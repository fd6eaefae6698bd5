import { beforeAll, describe, expect, inject, it } from "vitest";
import { verifyEvidence } from "../../lib/evidence/verify.ts";
import type { KeyRecord } from "../../lib/twin/aws/collections.ts";
import { publicKeyOf } from "../../lib/twin/aws/services/kms-signing.ts";
import { COLLECTIONS, type ObjectVersion } from "../../lib/twin/world/records.ts";
import { groundRun } from "./ground.ts";
import { resultsOf, stepNames, stepOf } from "./run-facts.ts";
import { lease } from "./run-twin.ts";
import { secretsOf } from "./secrets.ts";
import { DEPENDENCIES, type Ended, everyLayer, GATE_STEPS, NAMES } from "./whole-runs.ts";

let deployed: Ended;

beforeAll(async () => {
  deployed = await groundRun("everything", inject("ground"));
});

describe("a deploy into an empty world", () => {
  it("succeeds with every layer planned, applied and proven", () => {
    expect(deployed.record.status, deployed.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(deployed.record)).toEqual(everyLayer("proven"));
    for (const layer of deployed.record.layers) {
      expect(layer.applied, layer.name).toBe(true);
      expect(layer.plan?.add, layer.name).toBeGreaterThan(0);
      expect(layer.plan, layer.name).toMatchObject({ change: 0, replace: 0, destroy: 0 });
    }
  });

  it.each(DEPENDENCIES)("begins %s only when %s is recorded as proven", (layer, dependency) => {
    const ready = stepOf(deployed.record, `Record ${dependency}`);
    expect(ready.status).toBe("succeeded");
    expect(stepOf(deployed.record, `Plan ${layer}`).startedAt).toBeGreaterThanOrEqual(ready.endedAt);
    expect(stepOf(deployed.record, `Apply ${layer}`).startedAt).toBeGreaterThanOrEqual(ready.endedAt);
  });

  it("applies layers that do not depend on each other side by side", () => {
    for (const [one, other] of [
      ["resilience", "platform-step03"],
      ["app", "observability"],
    ]) {
      const [first, second] = [one, other].map((name) => stepOf(deployed.record, `Apply ${name}`));
      expect(first!.startedAt, `${one} ends before ${other} begins`).toBeLessThan(second!.endedAt);
      expect(second!.startedAt, `${other} ends before ${one} begins`).toBeLessThan(first!.endedAt);
    }
  });

  it("proves each layer by findings of every gate, all of them passed but for what is told and holds nothing up", () => {
    expect(stepNames(deployed.record)).toEqual(expect.arrayContaining(GATE_STEPS));
    const told = deployed.record.layers.flatMap(({ name, findings }) => {
      expect(findings.length, name).toBeGreaterThan(0);
      return findings
        .filter(({ status }) => status !== "pass")
        .map(({ check, subject, severity }) => `${severity}: ${name}: ${check}: ${subject}`);
    });
    expect(told).toEqual([
      // Nobody could delegate the zone before it was there; platform-step03 waits for it.
      "warning: foundation: zone-delegated: zone strata.example",
      // The default edge is one that nobody maintains any more. @see docs/edge.md
      "warning: platform-step02: in-support: chart ingress-nginx 4.15.1",
    ]);
  });

  it("is closed by one notification that names every layer, and frees the lease", () => {
    expect(deployed.closing.map(({ event }) => event)).toEqual(["run-succeeded"]);
    for (const name of NAMES)
      expect(deployed.closing[0]?.text).toMatch(new RegExp(`^- ${name}: proven`, "m"));
    expect(lease(deployed.after)).toEqual([]);
  });

  it("leaves evidence of each layer's digest and approver, which its key verifies without AWS", () => {
    const objects = deployed.after.collections[COLLECTIONS.objects] as unknown as Record<
      string,
      ObjectVersion[]
    >;
    const read = (ending: string): string => {
      const name = Object.keys(objects).find((key) =>
        key.endsWith(`/evidence/${deployed.record.runId}.json${ending}`),
      );
      return Buffer.from(objects[name ?? ""]?.at(-1)?.body ?? "", "base64").toString();
    };
    const keys = Object.values(
      deployed.after.collections[COLLECTIONS.kmsKeys] as unknown as Record<string, KeyRecord>,
    );
    const key = keys.find(({ usage }) => usage === "SIGN_VERIFY") as KeyRecord;
    const pem = publicKeyOf(key).export({ format: "pem", type: "spki" }).toString();
    const { evidence, problems } = verifyEvidence(read(""), read(".sig"), pem);
    expect(problems).toEqual([]);
    const [prepared, ...rest] = evidence?.steps ?? [];
    expect(prepared?.facts).toMatchObject({ operation: "deploy", source: { sha256: expect.any(String) } });
    expect(rest.at(-1)?.facts).toMatchObject({ status: "SUCCEEDED" });
    expect(
      rest
        .slice(0, -1)
        .map(({ step }) => step)
        .sort(),
    ).toEqual([...NAMES].sort());
    for (const { step, facts } of rest.slice(0, -1))
      expect(facts, step).toMatchObject({
        result: "proven",
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        approver: expect.any(String),
      });
    expect(deployed.closing[0]?.text).toMatch(/^Evidence: s3:.*\/evidence\/.*\.json, signed$/m);
  });

  it("was approved by somebody else than CloudTrail says has started it, and not before it said so", () => {
    const items = Object.entries(deployed.after.collections["dynamodb.items"] ?? {});
    const [, requester] =
      items.find(([key]) => key.includes(`run#${deployed.record.runId}`) && key.includes("requester")) ?? [];
    expect(requester).toMatchObject({
      arn: { S: expect.stringMatching(/:assumed-role\/administrators\/first-operator$/) },
    });
    const decisions = items.filter(
      ([key]) => key.includes(`run#${deployed.record.runId}`) && key.includes("approval#"),
    );
    expect(decisions.length).toBeGreaterThan(0);
    const started = Date.parse(deployed.record.startedAt);
    for (const [key, approval] of decisions) {
      const { decidedBy, decidedAt } = approval as { decidedBy: { S: string }; decidedAt: { S: string } };
      expect(decidedBy.S, key).not.toContain("first-operator");
      // CloudTrail learns of a call five minutes after it.
      expect(Date.parse(decidedAt.S) - started, key).toBeGreaterThanOrEqual(5 * 60_000);
    }
  });

  it("tells no secret to anybody", () => {
    const secrets = secretsOf(deployed.after, deployed.stateBucket);
    const places = [...secrets.keys()].join("\n");
    for (const known of [
      "Secret/observability/grafana-admin",
      "parameter /prod/canary",
      "password grafana in",
    ])
      expect(places).toContain(known);
    const searched = new Map([
      ...Object.entries(deployed.told),
      ["run record", JSON.stringify(deployed.record)],
    ]);
    for (const place of ["foundation/review.json", "app/gates/argocd.json", "app/manifest.json"])
      expect([...searched.keys()]).toContain(`artefact ${place}`);
    const leaks = [...secrets].flatMap(([place, value]) =>
      [...searched].flatMap(([where, text]) =>
        [value, Buffer.from(value).toString("base64"), JSON.stringify(value).slice(1, -1)].some((form) =>
          text.includes(form),
        )
          ? [`${place} stands in ${where}`]
          : [],
      ),
    );
    expect(leaks).toEqual([]);
  });
});
