import { describe, expect, it } from "vitest";
import type { NodesFacts } from "../../lib/gates/nodes/facts.ts";
import { judgeNodes } from "../../lib/gates/nodes/judge.ts";
import { answers, condition, FORBIDDEN, GATE, read } from "./samples.ts";

const node = (name: string, status = "True", rest: object = {}) => ({
  metadata: { name },
  status: { conditions: [condition("Ready", status)] },
  ...rest,
});
const SERVER = read("v1.35.2-eks-1a2b3c4");
const judge = (nodes: ReturnType<typeof node>[], minimumReady = 2) =>
  answers(judgeNodes({ nodes: read(nodes), serverVersion: SERVER }, { ...GATE, minimumReady }));

it.each([
  [1, "pending"],
  [2, "pass"],
  [3, "pass"],
])("%i ready nodes of 2 wanted: %s", (count, answer) => {
  const nodes = Array.from({ length: count }, (_, index) => node(`n${index}`));
  expect(judge(nodes)[0]).toBe(`enough-nodes: ${answer}`);
});

it("waits when there is no node at all, and does not know when it may not look", () => {
  expect(judge([])).toEqual(["enough-nodes: pending"]);
  expect(
    answers(judgeNodes({ nodes: FORBIDDEN, serverVersion: SERVER }, { ...GATE, minimumReady: 1 })),
  ).toEqual(["enough-nodes: unknown"]);
});

it.each([
  ["not ready", node("b", "False")],
  ["silent", node("b", "Unknown")],
  ["cordoned", node("b", "True", { spec: { unschedulable: true } })],
  [
    "tainted",
    node("b", "True", { spec: { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] } }),
  ],
  [
    "ready, and for others only",
    node("b", "True", { spec: { taints: [{ key: "dedicated", effect: "NoExecute" }] } }),
  ],
  ["leaving", { ...node("b"), metadata: { name: "b", deletionTimestamp: "2026-01-01T00:00:00Z" } }],
  [
    "full",
    { ...node("b"), status: { conditions: [condition("Ready", "True"), condition("DiskPressure", "True")] } },
  ],
])("does not count a node that is %s, and says why", (_how, bad) => {
  expect(judge([node("a"), bad])).toEqual([
    "enough-nodes: pending",
    "(nodes-ready: pass)",
    "(nodes-ready: pending)",
  ]);
});

it("only mentions a bad node when there are enough others", () => {
  expect(judge([node("a"), node("b"), node("c", "False")])[0]).toBe("enough-nodes: pass");
});

it("counts a node whose taint only asks to be avoided", () => {
  const avoided = node("b", "True", { spec: { taints: [{ key: "old", effect: "PreferNoSchedule" }] } });
  expect(judge([node("a"), avoided])[0]).toBe("enough-nodes: pass");
});

describe("a ready node with a kubelet", () => {
  const skew = (kubeletVersion: string, serverVersion: NodesFacts["serverVersion"] = SERVER) => {
    const conditions = [condition("Ready", "True")];
    const nodes = read([{ metadata: { name: "a" }, status: { conditions, nodeInfo: { kubeletVersion } } }]);
    return answers(judgeNodes({ nodes, serverVersion }, { ...GATE, minimumReady: 1 })).at(-1);
  };

  it.each([
    ["of the same minor", "v1.35.0-eks-99", "pass"],
    ["three minors older", "v1.32.9-eks-99", "pass"],
    ["four minors older", "v1.31.9-eks-99", "fail"],
    ["one minor newer", "v1.36.0-eks-99", "fail"],
    ["of a version that is none", "latest", "unknown"],
  ])("%s: %s is %s", (_what, version, answer) => {
    expect(skew(version)).toBe(`nodes-in-step: ${answer}`);
  });

  it("is not judged against a control plane that says nothing understood", () => {
    expect(skew("v1.35.0", FORBIDDEN)).toBe("nodes-in-step: unknown");
    expect(skew("v1.35.0", read("?"))).toBe("nodes-in-step: unknown");
  });
});
