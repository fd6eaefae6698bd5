import { expect, it } from "vitest";
import { judgeEks } from "../../lib/gates/eks/judge.ts";
import { answers, GATE, NOW } from "./samples.ts";

const part = (name: string, status = "ACTIVE", issues: { code: string; message: string }[] = []) => ({
  name,
  status,
  issues,
});
const group = (rest: object = {}, status = "ACTIVE") => ({
  ...part("general", status),
  version: "1.35",
  desiredSize: 3,
  ...rest,
});
const FACTS = {
  clusterName: "demo",
  cluster: part("demo"),
  publicCidrs: [],
  nodeGroups: [group()],
  addons: [{ name: "coredns", addon: part("coredns") }],
  version: undefined,
  insights: [],
};
const judge = (facts: Partial<Parameters<typeof judgeEks>[0]>) =>
  answers(judgeEks({ ...FACTS, ...facts }, { ...GATE, addons: ["coredns"] }, NOW));

it("passes when cluster, node groups and add-ons are active", () => {
  expect(judge({})).toEqual([
    "cluster-active: pass",
    "endpoint-restricted: pass",
    "node-groups-active: pass",
    "addons-active: pass",
  ]);
});

it.each([
  ["CREATING", "pending"],
  ["UPDATING", "pending"],
  ["PENDING", "pending"],
  ["FAILED", "fail"],
  ["DELETING", "fail"],
  ["RESTING", "unknown"],
])("calls a cluster that is %s %s", (status, answer) => {
  expect(judge({ cluster: part("demo", status) })[0]).toBe(`cluster-active: ${answer}`);
});

it("does not call an active cluster with health issues healthy", () => {
  const issues = [{ code: "KmsKeyDisabled", message: "key is disabled" }];
  expect(judge({ cluster: part("demo", "ACTIVE", issues) })[0]).toBe("cluster-active: pending");
});

it("fails without a cluster, without node groups or nodes, and without an add-on", () => {
  expect(judge({ cluster: undefined })).toEqual(["cluster-active: fail"]);
  expect(judge({ nodeGroups: [] })[2]).toBe("node-groups-active: fail");
  expect(judge({ nodeGroups: [group({ desiredSize: 0 })] })[2]).toBe("node-groups-active: fail");
  expect(judge({ nodeGroups: [group({ desiredSize: 0 }), group()] })[2]).toBe("node-groups-active: pass");
  expect(judge({ addons: [{ name: "coredns", addon: undefined }] })[3]).toBe("addons-active: fail");
});

it("does not call a node group or an add-on that is active with health issues healthy", () => {
  const issues = [{ code: "InsufficientFreeAddresses", message: "no address left" }];
  expect(judge({ nodeGroups: [group({ issues })] })[2]).toBe("node-groups-active: pending");
  const addon = part("coredns", "ACTIVE", [{ code: "InsufficientNumberOfReplicas", message: "0 of 2" }]);
  expect(judge({ addons: [{ name: "coredns", addon }] })[3]).toBe("addons-active: pending");
});

it.each([
  ["DEGRADED", "ACTIVE", "pending"],
  ["DEGRADED", "CREATING", "pending"],
  ["CREATE_FAILED", "CREATING", "pending"],
  ["CREATE_FAILED", "ACTIVE", "fail"],
  ["DELETING", "CREATING", "fail"],
])("an add-on that is %s while its nodes are %s: %s", (status, nodes, answer) => {
  const findings = judge({
    nodeGroups: [group({}, nodes)],
    addons: [{ name: "coredns", addon: part("coredns", status) }],
  });
  expect(findings[3]).toBe(`addons-active: ${answer}`);
});

it.each([
  [[], "pass"],
  [["203.0.113.7/32"], "pass"],
  [["203.0.113.7/32", "0.0.0.0/0"], "fail"],
  [["::/0"], "fail"],
])("an endpoint that is open to %j: %s", (publicCidrs, answer) => {
  expect(judge({ publicCidrs })[1]).toBe(`endpoint-restricted: ${answer}`);
});

it.each<[string | undefined, string]>([
  ["1.35", "(node-group-skew: pass)"],
  ["1.34", "(node-group-skew: fail)"],
  ["1.32", "(node-group-skew: fail)"],
  ["1.31", "node-group-skew: fail"],
  ["1.36", "node-group-skew: fail"],
  [undefined, "(node-group-skew: unknown)"],
])("nodes of %s below a control plane of 1.35: %s", (nodes, answer) => {
  const facts = { nodeGroups: [group({ version: nodes })], version: version(60, 425) };
  expect(judge(facts)[3]).toBe(answer);
});

const DAY = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY);
const version = (standard: number | undefined, extended: number) => ({
  name: "1.35",
  support:
    standard === undefined ? undefined : { standardUntil: inDays(standard), extendedUntil: inDays(extended) },
});

it.each<[string, number | undefined, number, string, string]>([
  ["60 days of standard support", 60, 425, "pass", "warning"],
  ["one millisecond less", 60 - 1 / DAY, 425, "fail", "warning"],
  ["its last day of standard support", 0, 365, "fail", "warning"],
  ["a day of extended support behind it", -1, 364, "fail", "warning"],
  ["a day of extended support left", -364, 1, "fail", "warning"],
  ["no support left", -365, 0, "fail", "error"],
  ["no known calendar", undefined, 0, "unknown", "warning"],
])("a version with %s", (_, standard, extended, status, severity) => {
  const findings = judgeEks({ ...FACTS, version: version(standard, extended) }, { ...GATE, addons: [] }, NOW);
  expect(findings.find(({ check }) => check === "version-supported")).toMatchObject({ status, severity });
});

it("tells of what stands in the way of an upgrade, and holds nothing up for it", () => {
  const insights = [
    { name: "Kubelet version skew", status: "PASSING", reason: "" },
    { name: "Deprecated APIs removed", status: "ERROR", reason: "flowcontrol v1beta3 is in use" },
  ];
  const [good, bad] = judgeEks({ ...FACTS, insights }, { ...GATE, addons: [] }, NOW).slice(-2);
  expect(good).toMatchObject({ check: "upgrade-ready", status: "pass" });
  expect(bad).toMatchObject({ status: "fail", severity: "warning" });
  expect(bad?.message).toContain("flowcontrol v1beta3 is in use");
});
