import { describe, expect, it } from "vitest";
import { judgeCrds } from "../../lib/gates/crds/judge.ts";
import { judgeIssuers } from "../../lib/gates/issuers/judge.ts";
import { judgeSecretStore } from "../../lib/gates/secret-store/judge.ts";
import { judgeWebhooks } from "../../lib/gates/webhooks/judge.ts";
import { answers, condition, FORBIDDEN, GATE, NOW, read } from "./samples.ts";

describe("a CRD", () => {
  const crd = (conditions: object[], versions = [{ name: "v1", served: true }], metadata: object = {}) => ({
    name: "x.y",
    crd: read({
      metadata: { name: "x.y", ...metadata },
      spec: { versions },
      status: { conditions },
    } as never),
  });
  const GOOD = [condition("Established", "True"), condition("NamesAccepted", "True")];
  const judge = (...crds: Parameters<typeof judgeCrds>[0]["crds"]) =>
    judgeCrds({ crds }, { ...GATE, names: ["x.y"] })[0]?.status;

  it.each([
    ["established and served", crd(GOOD), "pass"],
    ["not established yet", crd([condition("Established", "False"), GOOD[1]!]), "pending"],
    ["without conditions", crd([]), "pending"],
    ["with names that another has", crd([GOOD[0]!, condition("NamesAccepted", "False")]), "fail"],
    ["without a served version", crd(GOOD, [{ name: "v1", served: false }]), "fail"],
    ["that is leaving", crd(GOOD, undefined, { deletionTimestamp: "x" }), "pending"],
    ["that is not there", { name: "x.y", crd: read(null) }, "pending"],
    ["that may not be read", { name: "x.y", crd: FORBIDDEN }, "unknown"],
  ])("%s: %s", (_what, fact, answer) => {
    expect(judge(fact)).toBe(answer);
  });
});

describe("a webhook", () => {
  const service = { name: "hook", namespace: "ns" };
  const configuration = (...bundles: (string | undefined)[]) => ({
    name: "hook",
    configuration: read({
      metadata: { name: "hook" },
      webhooks: bundles.map((caBundle) => ({ name: "h", clientConfig: { service, caBundle } })),
    }),
  });
  const slices = (...ready: (boolean | undefined)[]) => ({
    service,
    slices: read([{ endpoints: ready.map((isReady) => ({ conditions: { ready: isReady } })) }]),
  });
  const judge = (facts: Parameters<typeof judgeWebhooks>[0]) =>
    answers(judgeWebhooks(facts, { ...GATE, validating: ["hook"] }));

  it("is trusted and served with a CA bundle and a ready endpoint", () => {
    expect(judge({ configurations: [configuration("Q0E=")], services: [slices(true)] })).toEqual([
      "webhook-trusted: pass",
      "webhook-served: pass",
    ]);
  });
  it.each([
    ["an empty CA bundle", configuration(""), "pending"],
    ["one of two without a CA bundle", configuration("Q0E=", undefined), "pending"],
    ["no webhooks", configuration(), "pending"],
    ["no configuration", { name: "hook", configuration: read(null) }, "pending"],
    ["no right to read it", { name: "hook", configuration: FORBIDDEN }, "unknown"],
  ])("with %s: %s", (_what, fact, answer) => {
    expect(judge({ configurations: [fact], services: [] })).toEqual([`webhook-trusted: ${answer}`]);
  });
  it.each([
    ["no endpoints", slices(), "pending"],
    ["only unready endpoints", slices(false), "pending"],
    ["an endpoint that doesn't say", slices(undefined), "pass"],
    ["no right to read them", { service, slices: FORBIDDEN }, "unknown"],
  ])("with %s: %s", (_what, fact, answer) => {
    expect(judge({ configurations: [], services: [fact] })).toEqual([`webhook-served: ${answer}`]);
  });
});

describe("an issuer", () => {
  const issuer = (conditions: object[], uri?: string, generation = 1) => ({
    name: "i",
    issuer: read({
      metadata: { name: "i", generation },
      spec: { acme: { server: "https://acme" } },
      status: { conditions, acme: { uri } },
    } as never),
  });
  const READY = condition("Ready", "True", { observedGeneration: 1 });

  it.each([
    ["ready with an account", issuer([READY], "https://acme/1"), "pass"],
    ["ready without an account", issuer([READY]), "pending"],
    [
      "not ready",
      issuer([condition("Ready", "False", { reason: "ErrRegisterACMEAccount" })], "u"),
      "pending",
    ],
    ["ready for an older generation", issuer([READY], "u", 2), "pending"],
    ["not there", { name: "i", issuer: read(null) }, "pending"],
    ["not readable", { name: "i", issuer: FORBIDDEN }, "unknown"],
  ])("%s: %s", (_what, fact, answer) => {
    expect(judgeIssuers({ issuers: [fact] }, { ...GATE, names: ["i"] })[0]?.status).toBe(answer);
  });
});

describe("a secret store", () => {
  const wanted = { namespace: "ns", name: "canary", keys: ["value"] };
  const expectation = { ...GATE, store: "s", canary: wanted };
  const denied = condition("Ready", "False", { reason: "SecretSyncedError", message: "AccessDenied" });
  const canary = {
    wanted,
    externalSecret: read({ metadata: { name: "canary" }, spec: {}, status: { conditions: [denied] } }),
    target: read(null),
  };
  const store = (status: string, reason: string) =>
    read({ metadata: { name: "s" }, status: { conditions: [condition("Ready", status, { reason })] } });

  it.each([
    ["valid", store("True", "Valid"), "pass"],
    ["ready, but not validated", store("True", "ValidationUnknown"), "unknown"],
    ["without credentials", store("False", "ValidationFailed"), "pending"],
    ["wrong in itself", store("False", "InvalidStoreConfiguration"), "fail"],
    ["without status", read({ metadata: { name: "s" } }), "pending"],
    ["not there", read(null), "pending"],
    ["not readable", FORBIDDEN, "unknown"],
  ])("%s: %s", (_what, fact, answer) => {
    expect(judgeSecretStore({ store: fact, canary }, expectation, NOW)[0]?.status).toBe(answer);
  });

  it("fails to prove anything by being ready while its canary cannot be fetched", () => {
    const findings = judgeSecretStore({ store: store("True", "Valid"), canary }, expectation, NOW);
    expect(answers(findings)).toEqual(["store-ready: pass", "secret-synced: pending"]);
  });
});
