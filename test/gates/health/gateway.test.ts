import { describe, expect, it } from "vitest";
import { healthOf } from "../../../lib/gates/health/health-of.ts";

type Conditions = Readonly<Record<string, string>>;
const conditions = (said: Conditions, observedGeneration = 2) =>
  Object.entries(said).map(([type, status]) => ({ type, status, reason: "Test", observedGeneration }));
const GOOD = { Accepted: "True", Programmed: "True" };

const verdictOf = (kind: string, status: object, group = "gateway.networking.k8s.io"): string =>
  healthOf({ apiVersion: `${group}/v1`, kind, metadata: { generation: 2 }, status }, 0).verdict;
const ofListener = (kind: string, listener: Conditions): string =>
  verdictOf(kind, {
    conditions: conditions(GOOD),
    listeners: [{ conditions: conditions(GOOD) }, { conditions: conditions(listener) }],
  });

describe.each(["Gateway", "ListenerSet"])("a %s", (kind) => {
  it.each([
    ["healthy", GOOD],
    ["failed", { ...GOOD, ResolvedRefs: "False" }],
    ["failed", { ...GOOD, Conflicted: "True" }],
    ["failed", { ...GOOD, Accepted: "False" }],
    ["progressing", { ...GOOD, Programmed: "False" }],
    ["progressing", { ...GOOD, Programmed: "Unknown" }],
  ])("is %s with a listener that says %j", (verdict, listener) => {
    expect(ofListener(kind, listener)).toBe(verdict);
  });

  it("is progressing while what it says is of an older generation", () => {
    expect(verdictOf(kind, { conditions: conditions(GOOD, 1), listeners: [{}] })).toBe("progressing");
  });
});

it("a ListenerSet is progressing until its Gateway has taken up a listener of it; a Gateway may have none", () => {
  expect(verdictOf("ListenerSet", { conditions: conditions(GOOD) })).toBe("progressing");
  expect(verdictOf("Gateway", { conditions: conditions(GOOD) })).toBe("healthy");
});

it.each(["GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"])(
  "a %s is progressing while a parent has not come to programming it",
  (kind) => {
    const parent = (said: Conditions) => ({ parents: [{ conditions: conditions(said) }] });
    expect(verdictOf(kind, parent({ Accepted: "True", ResolvedRefs: "True" }))).toBe("healthy");
    expect(verdictOf(kind, parent({ Accepted: "True", Programmed: "Unknown" }))).toBe("progressing");
  },
);

it.each([
  ["velero.io", "DownloadRequest", { phase: "Processed" }, "healthy"],
  ["velero.io", "ServerStatusRequest", { phase: "New" }, "progressing"],
  ["external-secrets.io", "ClusterPushSecret", { conditions: conditions({ NotReady: "True" }) }, "failed"],
  ["external-secrets.io", "ClusterPushSecret", { conditions: conditions({ Ready: "True" }) }, "healthy"],
])("of %s, a %s that says %j is %s", (group, kind, status, verdict) => {
  expect(verdictOf(kind, status, group)).toBe(verdict);
});
