import { expect, it } from "vitest";
import { judgeEks } from "../../lib/gates/eks/judge.ts";
import { answers, GATE, NOW } from "./samples.ts";

const part = (name: string, status = "ACTIVE", issues: { code: string; message: string }[] = []) => ({
  name,
  status,
  issues,
});
const FACTS = {
  clusterName: "demo",
  cluster: part("demo"),
  nodeGroups: [part("general")],
  addons: [{ name: "coredns", addon: part("coredns") }],
  version: undefined,
  insights: [],
};
const judge = (facts: Partial<Parameters<typeof judgeEks>[0]>) =>
  answers(judgeEks({ ...FACTS, ...facts }, { ...GATE, addons: ["coredns"] }, NOW));

it("passes when cluster, node groups and add-ons are active", () => {
  expect(judge({})).toEqual(["cluster-active: pass", "node-groups-active: pass", "addons-active: pass"]);
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

it("fails without a cluster, without node groups, and without an add-on", () => {
  expect(judge({ cluster: undefined })).toEqual(["cluster-active: fail"]);
  expect(judge({ nodeGroups: [] })[1]).toBe("node-groups-active: fail");
  expect(judge({ addons: [{ name: "coredns", addon: undefined }] })[2]).toBe("addons-active: fail");
});

it("waits for a degraded add-on: coredns is degraded until there are nodes", () => {
  expect(judge({ addons: [{ name: "coredns", addon: part("coredns", "DEGRADED") }] })[2]).toBe(
    "addons-active: pending",
  );
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
