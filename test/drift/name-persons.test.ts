import { describe, expect, it } from "vitest";
import { driftOfObjects, type TouchedObject } from "../../lib/drift/cluster-objects.ts";
import type { DriftMemory } from "../../lib/drift/drifted.ts";
import { type AuditedWrite, type AuditLog, namePersons } from "../../lib/drift/name-persons.ts";

const AT = "2030-01-02T00:00:00Z";
const ANN = "arn:aws:sts::111122223333:assumed-role/administrators/ann";
const seconds = (from: number) => new Date(Date.parse(AT) + from * 1_000).toISOString();

const web: TouchedObject = {
  kind: "Deployment",
  namespace: "edge",
  name: "web",
  what: "edited",
  fields: ["spec.replicas"],
  manager: "kubectl-edit",
  at: AT,
};
const write = (changes: Partial<AuditedWrite> = {}): AuditedWrite => ({
  at: seconds(0.4),
  verb: "patch",
  subresource: undefined,
  who: ANN,
  code: 200,
  ...changes,
});

function logOf(answer: readonly AuditedWrite[] | "off" | Error) {
  const asked: unknown[] = [];
  const log: AuditLog = {
    writesTo: async (object, from, until) => {
      asked.push([object, from.toISOString(), until.toISOString()]);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { log, asked };
}
const told = async (answer: readonly AuditedWrite[] | "off" | Error) => {
  const persons = await namePersons([web], [], logOf(answer).log);
  const { drifted, attributions } = driftOfObjects([web], () => "platform-step02", [], persons);
  return attributions.get(drifted[0]!);
};

describe("who edited an object of the cluster", () => {
  it("is whom the audit log names at the time that managedFields give, asked for a minute around it", async () => {
    expect(await told([write()])).toEqual({ who: ANN, what: "an edit", at: "2030-01-02T00:00:00.000Z" });
    const { log, asked } = logOf([]);
    await namePersons([web], [], log);
    expect(asked).toEqual([
      [{ resource: "deployments", namespace: "edge", name: "web" }, seconds(-60), seconds(60)],
    ]);
  });

  it("is the nearest in time of several", async () => {
    const others = [write({ at: seconds(20), who: "bob" }), write({ at: seconds(-3), who: "carol" })];
    expect((await told([...others, write({ at: seconds(1) })]))?.who).toBe(ANN);
  });

  it.each<[string, Partial<AuditedWrite>]>([
    ["a controller's", { who: "system:serviceaccount:kube-system:deployment-controller" }],
    ["one that was refused", { code: 403 }],
    ["one of the status", { subresource: "status" }],
    ["a deletion", { verb: "delete" }],
  ])("is not known by %s write", async (_what, changes) => {
    expect(await told([write(changes)])).toMatchObject({
      who: "somebody with kubectl-edit (the audit log does not say who, or not yet)",
      nameless: true,
    });
  });

  it("counts a change of the scale as one of the object", async () => {
    expect((await told([write({ subresource: "scale", verb: "update" })]))?.who).toBe(ANN);
  });

  it.each([
    ["is off", "off" as const, "the cluster keeps no audit log"],
    ["lags", [], "the audit log does not say who, or not yet"],
    ["may not be read", new Error("AccessDenied"), "the audit log could not be read: AccessDenied"],
  ])("falls back on the tool where the log %s, and says so", async (_what, answer, because) => {
    expect(await told(answer)).toMatchObject({
      who: `somebody with kubectl-edit (${because})`,
      nameless: true,
    });
  });
});

describe("a scan", () => {
  const memory = (attribution: DriftMemory["attribution"]): DriftMemory =>
    ({ address: "Deployment edge/web", attribution }) as DriftMemory;

  it.each([
    ["of an edit that was named before asks nobody", { who: ANN, what: "an edit", at: AT }, 0],
    [
      "asks again where only the tool was known",
      { who: "somebody", what: "an edit", at: AT, nameless: true },
      1,
    ],
    ["asks anew for another edit of the same object", { who: ANN, what: "an edit", at: seconds(-60) }, 1],
    ["asks for what it sees first", undefined, 1],
  ])("%s", async (_what, attribution, questions) => {
    const { log, asked } = logOf([write()]);
    await namePersons([web], [memory(attribution)], log);
    expect(asked).toHaveLength(questions);
  });

  it("asks for twenty objects at the most, and says of the others that the next one will", async () => {
    const objects = Array.from({ length: 21 }, (_, index) => ({ ...web, name: `web-${index}` }));
    const { log, asked } = logOf([write()]);
    const persons = await namePersons(objects, [], log);
    expect(asked).toHaveLength(20);
    expect(persons.get(objects[19]!)).toEqual({ who: ANN });
    expect(persons.get(objects[20]!)).toEqual({ unknown: "asked by the next scan" });
  });
});
