import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { measureDaysLeft } from "../../lib/gates/certificate/days-left.ts";
import type { ClusterFacts, Served } from "../../lib/gates/certificate/facts.ts";
import { coversHost } from "../../lib/gates/certificate/host-names.ts";
import { issuedSerial } from "../../lib/gates/certificate/issued-serial.ts";
import { judgeCertificate } from "../../lib/gates/certificate/judge.ts";
import { SELF_SIGNED } from "../clients/self-signed.ts";
import { answers, condition, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const HOST = "app.example.com";
const EXPECTATION = { ...GATE, namespace: "ns", certificate: "tls", host: "app", issuer: "production" };
const NOT_AFTER = "2026-05-30T10:00:00Z";
const READY = condition("Ready", "True", { observedGeneration: 1 });

const certificate = (status: object = {}, spec: object = {}) =>
  read({
    metadata: { name: "tls", namespace: "ns", generation: 1 },
    spec: { dnsNames: [HOST], issuerRef: { name: "production" }, ...spec },
    status: { conditions: [READY], notAfter: NOT_AFTER, renewalTime: "2026-04-30T10:00:00Z", ...status },
  });
const SERVED: Served = {
  reached: true,
  names: [HOST],
  serial: "0A",
  notBefore: "2026-02-28T10:00:00.000Z",
  notAfter: "2026-05-30T10:00:00.000Z",
  issuers: ["Let's Encrypt E7"],
  untrusted: undefined,
};
const issuer = (server = "https://acme-v02.api.letsencrypt.org/directory") =>
  read({ metadata: { name: "production" }, spec: { acme: { server } } });
type Facts = ClusterFacts & { served: Served };
const FACTS: Facts = {
  certificate: certificate(),
  issuer: issuer(),
  challenges: read([]),
  issuedSerial: read("0A"),
  served: SERVED,
};
const judge = (facts: Partial<Facts>) => {
  const { served, ...cluster } = { ...FACTS, ...facts };
  return judgeCertificate({ host: HOST, served, cluster }, EXPECTATION, NOW);
};
const answerTo = (check: string, facts: Partial<Facts>) =>
  judge(facts).find((finding) => finding.check === check)?.status;

it("passes when issued, in time, by the right issuer, and served", () => {
  expect(answers(judge({}))).toEqual([
    "certificate-ready: pass",
    "certificate-names: pass",
    "certificate-issuer: pass",
    "certificate-in-time: pass",
    "certificate-served: pass",
  ]);
});

it.each<[string, Facts["certificate"], string]>([
  ["not there", read(null), "pending"],
  ["not readable", FORBIDDEN, "unknown"],
  ["not ready", certificate({ conditions: [condition("Ready", "False")] }), "pending"],
  [
    "ready for an older generation",
    certificate({ conditions: [condition("Ready", "True", { observedGeneration: 0 })] }),
    "pending",
  ],
  [
    "being issued though Ready is True",
    certificate({ conditions: [READY, condition("Issuing", "True")] }),
    "pending",
  ],
  [
    "failed once, so cert-manager waits an hour",
    certificate({ conditions: [condition("Ready", "False")], failedIssuanceAttempts: 1 }),
    "fail",
  ],
  ["ready after a failed attempt", certificate({ failedIssuanceAttempts: 1 }), "pass"],
])("a Certificate that is %s", (_what, fact, answer) => {
  expect(answerTo("certificate-ready", { certificate: fact })).toBe(answer);
});

it("says why the challenge of this host fails", () => {
  const challenge = (dnsName: string, reason: string) => ({
    metadata: { name: dnsName },
    spec: { dnsName },
    status: { state: "invalid", reason },
  });
  const [ready] = judge({
    certificate: certificate({ conditions: [condition("Ready", "False")] }),
    challenges: read([challenge("other.example.com", "no"), challenge(HOST, "404 for the token")]),
  });
  expect(ready?.observed).toContain("challenge invalid: 404 for the token");
});

it.each([
  [[HOST], "pass"],
  [["*.example.com"], "pass"],
  [["www.example.com"], "fail"],
  [[], "fail"],
])("a Certificate for %j covers the host: %s", (dnsNames, answer) => {
  expect(answerTo("certificate-names", { certificate: certificate({}, { dnsNames }) })).toBe(answer);
});

it.each<[string, Partial<Facts>, string]>([
  ["another issuer", { certificate: certificate({}, { issuerRef: { name: "staging" } }) }, "fail"],
  [
    "a staging server behind the right name",
    { issuer: issuer("https://acme-staging-v02.api.letsencrypt.org/directory") },
    "fail",
  ],
  ["an issuer that is not there", { issuer: read(null) }, "pending"],
  ["an issuer that may not be read", { issuer: FORBIDDEN }, "unknown"],
])("with %s: %s", (_what, facts, answer) => {
  expect(answerTo("certificate-issuer", facts)).toBe(answer);
});

describe("in time", () => {
  it.each([
    ["a minute before the end", minutesAgo(-1), "pass"],
    ["at the end", minutesAgo(0), "fail"],
    ["after the end", minutesAgo(1), "fail"],
  ])("%s of its validity", (_when, notAfter, answer) => {
    const fact = certificate({ notAfter, renewalTime: undefined });
    expect(answerTo("certificate-in-time", { certificate: fact })).toBe(answer);
  });
  it.each([
    [59, "pass"],
    [60, "fail"],
  ])("%i minutes after its renewal was due", (minutes, answer) => {
    const fact = certificate({ renewalTime: minutesAgo(minutes) });
    expect(answerTo("certificate-in-time", { certificate: fact })).toBe(answer);
  });
  it("waits for a certificate that has no end yet", () => {
    expect(answerTo("certificate-in-time", { certificate: certificate({ notAfter: undefined }) })).toBe(
      "pending",
    );
  });
});

it.each<[string, Served]>([
  ["nobody answers", { reached: false, problem: "ECONNREFUSED" }],
  ["the chain is not trusted", { ...SERVED, untrusted: "SELF_SIGNED_CERT_IN_CHAIN" }],
  ["staging issued it", { ...SERVED, issuers: ["(STAGING) Let's Encrypt", "(STAGING) Pretend Pear"] }],
  ["it is the proxy's default", { ...SERVED, names: ["ingress.local"] }],
  ["it is not valid yet", { ...SERVED, notBefore: minutesAgo(-1) }],
  ["it has expired", { ...SERVED, notAfter: minutesAgo(0) }],
  ["it is the one before", { ...SERVED, notAfter: "2026-04-30T10:00:00.000Z" }],
])("does not pass while what is served is wrong: %s", (_what, served) => {
  expect(answerTo("certificate-served", { served })).toBe("pending");
});

it.each<[string, ClusterFacts["issuedSerial"], string]>([
  ["the issued one", read("0A"), "pass"],
  ["the issued one, written otherwise", read("a"), "pass"],
  ["another one that ends at the same time", read("0B"), "pending"],
  ["told by its end only, the request being gone", read(null), "pass"],
  ["perhaps another: requests may not be read", FORBIDDEN, "pending"],
])("what is served is %s", (_what, issuedSerial, answer) => {
  expect(answerTo("certificate-served", { issuedSerial })).toBe(answer);
});

describe("the serial number of what was issued", () => {
  const request = (revision: number, content: string | undefined, name = "tls") => ({
    metadata: {
      name: `${name}-${revision}`,
      annotations: {
        "cert-manager.io/certificate-name": name,
        "cert-manager.io/certificate-revision": String(revision),
      },
    },
    status: { certificate: content },
  });
  const issued = Buffer.from(SELF_SIGNED.cert).toString("base64");
  const serial = new X509Certificate(SELF_SIGNED.cert).serialNumber;
  const certificateAt = (revision?: number) => ({
    metadata: { name: "tls" },
    spec: { dnsNames: [], issuerRef: { name: "production" } },
    status: { conditions: [], revision },
  });
  it.each([
    ["the request of its revision", certificateAt(2), [request(1, "x"), request(2, issued)], serial],
    ["a request of an older revision", certificateAt(2), [request(1, issued)], null],
    ["a request of another Certificate", certificateAt(2), [request(2, issued, "other")], null],
    ["a request that was not answered", certificateAt(2), [request(2, undefined)], null],
    ["a request with something else in it", certificateAt(2), [request(2, "bm9wZQ==")], null],
    ["no issuance yet", certificateAt(), [request(1, issued)], null],
    ["no Certificate", null, [request(1, issued)], null],
  ])("is told by %s", (_what, certificate, requests, expected) => {
    expect(issuedSerial(certificate, requests)).toBe(expected);
  });
});

it.each([
  ["app.example.com", "APP.example.com", true],
  ["*.example.com", "app.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", "a.b.example.com", false],
  ["*.com", "app.example.com", false],
])("%s covers %s: %s", (name, host, covers) => {
  expect(coversHost([name], host)).toBe(covers);
});

describe("a certificate of a load balancer", () => {
  const OF_AWS = { ...GATE, host: "app", authority: "Amazon" };
  const AMAZON: Served = {
    ...(SERVED as Extract<Served, { reached: true }>),
    issuers: ["Amazon RSA 2048 M04"],
  };
  const judged = (served: Partial<Extract<Served, { reached: true }>>) =>
    answers(
      judgeCertificate(
        { host: HOST, served: { ...AMAZON, ...served } as Served, cluster: undefined },
        OF_AWS,
        NOW,
      ),
    );

  it("passes by what a visitor sees, whatever the cluster says", () => {
    expect(judged({})).toEqual([
      "certificate-served: pass",
      "certificate-issuer: pass",
      "certificate-in-time: pass",
    ]);
  });

  it("is pending while nothing answers", () => {
    const served: Served = { reached: false, problem: "ECONNREFUSED" };
    expect(answers(judgeCertificate({ host: HOST, served, cluster: undefined }, OF_AWS, NOW))).toEqual([
      "certificate-served: pending",
    ]);
  });

  it.each<[string, Partial<Extract<Served, { reached: true }>>, string]>([
    ["for another host", { names: ["other.example.com"] }, "certificate-served: pending"],
    ["trusted by nobody", { untrusted: "self-signed" }, "certificate-served: pending"],
    ["of another authority, as before the records moved", { issuers: ["E7"] }, "certificate-issuer: pending"],
  ])("is pending when it is %s", (_what, served, answer) => {
    expect(judged(served)).toContain(answer);
  });

  /** Of 60 days a sixth is ten. */
  it.each([
    [9, "fail"],
    [11, "pass"],
  ])("with %i of 60 days left answers %s to whether it is renewed in time", (days, answer) => {
    const at = (offset: number) => new Date(NOW.getTime() + offset * 86_400_000).toISOString();
    expect(judged({ notBefore: at(days - 60), notAfter: at(days) })).toContain(
      `certificate-in-time: ${answer}`,
    );
  });
});

describe("the days that are left", () => {
  const daysOf = (served: Served, cluster?: ClusterFacts) =>
    measureDaysLeft({ host: HOST, served, cluster }, NOW).map(({ value }) => value);
  const showing = (notAfter: string): Served => ({ ...SERVED, reached: true, notAfter }) as Served;
  const nobody: Served = { reached: false, problem: "refused" };
  const kept = (notAfter?: string): ClusterFacts => ({ ...FACTS, certificate: certificate({ notAfter }) });

  it.each<[string, Served, ClusterFacts | undefined, number[]]>([
    ["what a visitor is shown", showing("2026-03-11T22:00:00Z"), undefined, [10.5]],
    ["what is kept, where nobody is answered", nobody, kept("2026-03-03T10:00:00Z"), [2]],
    ["the old one, still shown after a renewal", showing("2026-03-02T10:00:00Z"), kept(NOT_AFTER), [1]],
    ["the one that is over, as less than nothing", showing("2026-02-27T10:00:00Z"), kept(NOT_AFTER), [-2]],
    ["neither, where neither is known", nobody, kept(undefined), []],
    ["neither, where neither may be read", nobody, { ...FACTS, certificate: FORBIDDEN }, []],
  ])("are those of %s", (_what, served, cluster, days) => {
    expect(daysOf(served, cluster)).toEqual(days);
  });
});
