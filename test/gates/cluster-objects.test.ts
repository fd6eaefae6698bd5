import { describe, expect, it } from "vitest";
import { type CrdFacts, CrdSchema } from "../../lib/gates/crds/facts.ts";
import { judgeCrds } from "../../lib/gates/crds/judge.ts";
import { type Issuer, IssuerSchema } from "../../lib/gates/issuers/facts.ts";
import { judgeIssuers } from "../../lib/gates/issuers/judge.ts";
import type { Reading } from "../../lib/gates/reading.ts";
import { judgeSecretStore } from "../../lib/gates/secret-store/judge.ts";
import { judgeWebhooks } from "../../lib/gates/webhooks/judge.ts";
import { SELF_SIGNED } from "../clients/self-signed.ts";
import { answers, condition, FORBIDDEN, GATE, NOW, read } from "./samples.ts";

/** As Kubernetes keeps one: base64 of PEM. */
const bundleOf = (pem: string): string => Buffer.from(pem).toString("base64");
const BUNDLE = bundleOf(SELF_SIGNED.cert);
const AFTER_ITS_END = new Date(SELF_SIGNED.notAfter);
const slicesOf = (...ready: (boolean | undefined)[]) =>
  read([{ endpoints: ready.map((isReady) => ({ conditions: { ready: isReady } })) }]);
const service = { name: "hook", namespace: "ns" };

describe("a CRD", () => {
  interface Parts {
    conditions?: object[];
    versions?: object[];
    conversion?: object;
    metadata?: object;
  }
  const GOOD = [condition("Established", "True"), condition("NamesAccepted", "True")];
  const crd = ({ conditions = GOOD, versions, conversion, metadata }: Parts = {}) =>
    read(
      CrdSchema.parse({
        metadata: { name: "x.y", ...metadata },
        spec: { versions: versions ?? [{ name: "v1", served: true }], conversion },
        status: { conditions },
      }),
    );
  const judge = (fact: CrdFacts["crd"], backend?: CrdFacts["backend"]) =>
    answers(
      judgeCrds(
        { crds: [{ name: "x.y", version: "v1", crd: fact, backend }] },
        { ...GATE, crds: [{ name: "x.y", version: "v1" }] },
        NOW,
      ),
    );

  it.each<[string, CrdFacts["crd"], string]>([
    ["established and served", crd(), "pass"],
    [
      "not established yet",
      crd({ conditions: [condition("Established", "False"), condition("NamesAccepted", "True")] }),
      "pending",
    ],
    ["without conditions", crd({ conditions: [] }), "pending"],
    [
      "established, with names that another has",
      crd({ conditions: [condition("Established", "True"), condition("NamesAccepted", "False")] }),
      "fail",
    ],
    [
      "established, with a schema that is none",
      crd({ conditions: [...GOOD, condition("NonStructuralSchema", "True")] }),
      "fail",
    ],
    ["without a served version", crd({ versions: [{ name: "v1", served: false }] }), "fail"],
    [
      "that serves another version than the manifests are written in",
      crd({
        versions: [
          { name: "v1", served: false },
          { name: "v2", served: true },
        ],
      }),
      "fail",
    ],
    ["that is leaving", crd({ metadata: { deletionTimestamp: "x" } }), "pending"],
    ["that is not there", read(null), "pending"],
    ["that may not be read", FORBIDDEN, "unknown"],
  ])("%s: %s", (_what, fact, answer) => {
    expect(judge(fact)).toEqual([`crd-established: ${answer}`]);
  });

  const converted = (caBundle?: string) =>
    crd({ conversion: { strategy: "Webhook", webhook: { clientConfig: { service, caBundle } } } });
  it.each<[string, CrdFacts["crd"], boolean[], string[]]>([
    ["that can be called", converted(BUNDLE), [true], ["webhook-trusted: pass", "webhook-served: pass"]],
    ["without a CA bundle", converted(), [true], ["webhook-trusted: pending", "webhook-served: pass"]],
    ["with nobody behind it", converted(BUNDLE), [], ["webhook-trusted: pass", "webhook-served: pending"]],
  ])("established, with a conversion webhook %s", (_what, fact, ready, expected) => {
    expect(judge(fact, { service, slices: slicesOf(...ready) })).toEqual([
      "crd-established: pass",
      ...expected,
    ]);
  });

  it("asks nothing of a conversion that is none", () => {
    expect(judge(crd({ conversion: { strategy: "None" } }))).toEqual(["crd-established: pass"]);
  });
});

describe("a webhook", () => {
  const configuration = (...bundles: (string | undefined)[]) =>
    read({
      metadata: { name: "hook" },
      webhooks: bundles.map((caBundle) => ({ name: "h", clientConfig: { service, caBundle } })),
    });
  const judge = (configurations: readonly object[], services: readonly object[], now = NOW) =>
    answers(
      judgeWebhooks(
        {
          configurations: configurations.map((fact) => ({
            kind: "ValidatingWebhookConfiguration",
            name: "hook",
            configuration: fact as never,
          })),
          services: services.map((fact) => ({ service, slices: fact as never })),
        },
        { ...GATE, validating: ["hook"], mutating: [] },
        now,
      ),
    );

  it("is trusted and served with a CA bundle and a ready endpoint", () => {
    expect(judge([configuration(BUNDLE)], [slicesOf(true)])).toEqual([
      "webhook-trusted: pass",
      "webhook-served: pass",
    ]);
  });
  it.each([
    ["an empty CA bundle", configuration(""), "pending"],
    ["one of two without a CA bundle", configuration(BUNDLE, undefined), "pending"],
    ["a CA bundle that is no certificate", configuration(bundleOf("CA")), "pending"],
    [
      "a CA bundle that only looks like one",
      configuration(bundleOf("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----")),
      "pending",
    ],
    ["no webhooks", configuration(), "pending"],
    ["no configuration", read(null), "pending"],
    ["no right to read it", FORBIDDEN, "unknown"],
  ])("with %s: %s", (_what, fact, answer) => {
    expect(judge([fact], [])).toEqual([`webhook-trusted: ${answer}`]);
  });
  it("is trusted until its CA ends, and not an instant longer", () => {
    const justBefore = new Date(AFTER_ITS_END.getTime() - 1);
    expect(judge([configuration(BUNDLE)], [], justBefore)).toEqual(["webhook-trusted: pass"]);
    expect(judge([configuration(BUNDLE)], [], AFTER_ITS_END)).toEqual(["webhook-trusted: pending"]);
  });
  it.each([
    ["no endpoints", slicesOf(), "pending"],
    ["only unready endpoints", slicesOf(false), "pending"],
    ["an endpoint that doesn't say", slicesOf(undefined), "pass"],
    ["no right to read them", FORBIDDEN, "unknown"],
  ])("with %s: %s", (_what, fact, answer) => {
    expect(judge([], [fact])).toEqual([`webhook-served: ${answer}`]);
  });
});

describe("an issuer", () => {
  const READY = condition("Ready", "True", { observedGeneration: 1 });
  const ACCOUNT = { uri: "https://acme.example/acct/1", lastRegisteredEmail: "ops@example.com" };
  const issuer = ({
    conditions = [READY],
    acme = ACCOUNT,
    metadata = {},
  }: {
    conditions?: object[];
    acme?: object;
    metadata?: object;
  } = {}) =>
    read(
      IssuerSchema.parse({
        metadata: { name: "i", generation: 1, ...metadata },
        spec: { acme: { server: "https://acme.example/directory", email: "ops@example.com" } },
        status: { conditions, acme },
      }),
    );

  it.each<[string, Reading<Issuer | null>, string]>([
    ["ready with an account", issuer(), "pass"],
    ["ready without an account", issuer({ acme: {} }), "pending"],
    [
      "ready, with the account of the authority that it had before",
      issuer({ acme: { ...ACCOUNT, uri: "https://staging.acme.example/acct/1" } }),
      "pending",
    ],
    [
      "ready, with the account of the person that it had before",
      issuer({ acme: { ...ACCOUNT, lastRegisteredEmail: "left@example.com" } }),
      "pending",
    ],
    ["ready, with an account that never named a person", issuer({ acme: { uri: ACCOUNT.uri } }), "pass"],
    [
      "not ready",
      issuer({ conditions: [condition("Ready", "False", { reason: "ErrRegisterACMEAccount" })] }),
      "pending",
    ],
    ["ready for an older generation", issuer({ metadata: { generation: 2 } }), "pending"],
    ["being deleted", issuer({ metadata: { deletionTimestamp: "x" } }), "pending"],
    [
      "ready without ACME",
      read(IssuerSchema.parse({ metadata: { name: "i" }, spec: {}, status: { conditions: [READY] } })),
      "pass",
    ],
    ["not there", read(null), "pending"],
    ["not readable", FORBIDDEN, "unknown"],
  ])("%s: %s", (_what, fact, answer) => {
    expect(
      judgeIssuers({ issuers: [{ name: "i", issuer: fact }] }, { ...GATE, names: ["i"] })[0]?.status,
    ).toBe(answer);
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
