import { expect, it } from "vitest";
import { judgeNodes } from "../../lib/gates/nodes/judge.ts";
import { answers, condition, FORBIDDEN, GATE, read } from "./samples.ts";

const node = (name: string, status = "True", rest: object = {}) => ({
  metadata: { name },
  status: { conditions: [condition("Ready", status)] },
  ...rest,
});
const judge = (nodes: ReturnType<typeof node>[], minimumReady = 2) =>
  answers(judgeNodes({ nodes: read(nodes) }, { ...GATE, minimumReady }));

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
  expect(answers(judgeNodes({ nodes: FORBIDDEN }, { ...GATE, minimumReady: 1 }))).toEqual([
    "enough-nodes: unknown",
  ]);
});

it.each([
  ["not ready", node("b", "False")],
  ["silent", node("b", "Unknown")],
  ["cordoned", node("b", "True", { spec: { unschedulable: true } })],
  [
    "tainted",
    node("b", "True", { spec: { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] } }),
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
