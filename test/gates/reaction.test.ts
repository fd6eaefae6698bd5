import { expect, it, vi } from "vitest";
import * as z from "zod";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { GATE_FIELDS } from "../../lib/gates/expectation.ts";
import { prove } from "../../lib/gates/prove.ts";
import { question } from "../../lib/gates/question.ts";
import { lastTransition } from "../../lib/gates/reaction.ts";
import { sampleRun } from "../run/samples.ts";
import { minutesAgo, NOW } from "./samples.ts";

const ask = question("nodes-ready", "Node a", "Ready");
const turned = (at: string | null) => ({ type: "Ready", status: "True", lastTransitionTime: at });
const secondsAgo = (seconds: number) => minutesAgo(seconds / 60);

/** One look, first taken two minutes ago; what it publishes. */
async function measured(finding: "pass" | "pending", conditions: object[], request: object = {}) {
  const publish = vi.fn();
  const gate = defineGate({
    kind: "nodes",
    expectation: z.strictObject(GATE_FIELDS),
    observe: async () => ({ nodes: { read: true, value: [{ status: { conditions } }] } }),
    judge: () => [ask[finding]("seen")],
    measure: (_facts, now) => [{ metric: "Seen", value: now.getTime(), dimensions: {} }],
  });
  const entry = { kind: "nodes", deadlineMinutes: 15, firstLookSeconds: 30 };
  await prove(
    {
      run: sampleRun(),
      layer: "foundation",
      gate: entry,
      since: minutesAgo(2),
      ...request,
    },
    [gate],
    {},
    { objects: { writeJson: vi.fn() }, metrics: { publish } },
    { environment: "demo", domain: "example.com", now: NOW },
  ).catch(() => {});
  expect(publish).toHaveBeenCalledOnce();
  return publish.mock.calls[0]?.[0] as { metric: string; value: number; dimensions: object }[];
}
const reactionOf = async (...parameters: Parameters<typeof measured>) =>
  (await measured(...parameters)).find(({ metric }) => metric === "GateReaction");

it.each([
  ["the newest condition turned", [turned(secondsAgo(90)), turned(secondsAgo(7))], 7],
  ["it turned while the gate waited to look at all", [turned(secondsAgo(150))], 150],
  ["the first look, of what was well before the gate waited", [turned(secondsAgo(151))], 120],
  ["the first look, of what dates nothing", [{ type: "Ready", status: "True" }], 120],
  ["the first look, of what is dated by a clock ahead of ours", [turned(secondsAgo(-5))], 120],
  ["the first look, of what is dated by nonsense", [turned("yesterday"), turned(null)], 120],
])("counts from when %s", async (_since, conditions, seconds) => {
  expect(await reactionOf("pass", conditions)).toEqual({
    metric: "GateReaction",
    value: seconds,
    dimensions: { Gate: "nodes" },
  });
});

it("is measured when a gate passes in a run, not while it waits, and not where nothing was changed", async () => {
  const conditions = [turned(secondsAgo(7))];
  expect(await reactionOf("pending", conditions)).toBeUndefined();
  expect(await reactionOf("pass", conditions, { folder: "checks/prove/x" })).toBeUndefined();
});

it.each(["pass", "pending"] as const)(
  "publishes what the gate itself measures at a look that says %s",
  async (says) => {
    expect(await measured(says, [])).toContainEqual({ metric: "Seen", value: NOW.getTime(), dimensions: {} });
  },
);

it("finds no moment where there is none, and the newest among many, wherever it stands", () => {
  expect(lastTransition({ zone: null, servers: ["a"] }, NOW)).toBeUndefined();
  const many = Array.from({ length: 3_000 }, (_, index) => turned(secondsAgo(index + 2)));
  const facts = { pods: many, others: new Map([["x", [turned(secondsAgo(1))]]]) };
  expect(lastTransition(facts, NOW)?.toISOString()).toBe(secondsAgo(1));
});
