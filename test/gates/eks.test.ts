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
