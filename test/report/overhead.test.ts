import { describe, expect, it } from "vitest";
import { criticalPath } from "../../lib/report/critical-path.ts";
import { gateReactions, median } from "../../lib/report/gate-reactions.ts";
import { timeSpent } from "../../lib/report/overhead.ts";
import type { Step } from "../../lib/report/steps.ts";

const SECOND = 1_000;
function step(kind: Step["kind"], layer: string, from: number, to: number, rest: Partial<Step> = {}): Step {
  const state = `${kind} ${layer}${rest.gate ? `: ${rest.gate}` : ""}`;
  const times = { startedAt: from * SECOND, endedAt: to * SECOND };
  return { state, layer, kind, ...times, status: "succeeded", attempts: 1, ...rest };
}
const gate = (name: string, from: number, to: number, failed?: number, looks = 1): Step =>
  step("prove", "a", from, to, {
    gate: name,
    attempts: looks,
    ...(failed === undefined ? {} : { lastFailedAt: failed * SECOND }),
  });
const spentOn = (path: Step[], ended: number) => {
  const { terraform, provisioning, health, people, orchestration } = timeSpent(path, [], 0, ended * SECOND);
  return [terraform, provisioning, health, people, orchestration].map((each) => each / SECOND);
};

describe("the time of a run", () => {
  it("is terraform's, people's, the world's or orchestration's, and nothing is left over", () => {
    const path = [
      step("plan", "a", 1, 11),
      step("approve", "a", 12, 72),
      step("apply", "a", 73, 173),
      gate("workloads", 174, 214, 209, 8),
    ];
    // 10 + 100 s of terraform, 60 s of a person, unhealthy from 173 to 209, the rest is ours.
    expect(spentOn(path, 215)).toEqual([110, 0, 36, 60, 9]);
  });

  it("counts the wait before a first look as the world's only if that look came too early", () => {
    expect(spentOn([step("apply", "a", 0, 100), gate("argocd", 160, 171, 165)], 171)).toEqual([
      100, 0, 65, 0, 6,
    ]);
    expect(spentOn([step("apply", "a", 0, 100), gate("argocd", 160, 161)], 161)).toEqual([100, 0, 0, 0, 61]);
  });

  it("counts the wait for a delegation as a person's", () => {
    expect(spentOn([gate("delegation", 0, 605, 600)], 605)).toEqual([0, 0, 0, 600, 5]);
  });
});

describe("the critical path", () => {
  it("stays within a layer, however close a step of another one ends, and begins with what closed the layer before", () => {
    const steps = [
      step("run", "", 0, 1),
      step("apply", "a", 2, 10),
      step("record", "a", 11, 12),
      step("plan", "b", 13, 20),
      step("apply", "c", 13, 20.5),
      step("review", "b", 21, 22),
    ];
    expect(criticalPath(steps).map(({ state }) => state)).toEqual([
      "run ",
      "apply a",
      "record a",
      "plan b",
      "review b",
    ]);
  });
});

describe("a gate's reaction", () => {
  const before = step("apply", "a", 0, 100);
  it("lasts at most from the last look that was too early, or from the end of the apply", () => {
    const steps = [before, gate("nodes", 101, 102), gate("load-balancer", 131, 176, 170, 9)];
    expect(
      gateReactions(steps).map(({ atMostMilliseconds, looks }) => [atMostMilliseconds / SECOND, looks]),
    ).toEqual([
      [2, 1],
      [6, 9],
    ]);
  });
  it("is not that of a gate that failed, or that waits for a person", () => {
    const failed = { ...gate("dns", 101, 200), status: "failed" as const };
    expect(gateReactions([before, failed, gate("delegation", 101, 200)])).toEqual([]);
  });
});

it.each([
  [[3], 3],
  [[1, 9, 3], 3],
  [[1, 2, 4, 9], 3],
  [[], 0],
])("the median of %j is %d", (numbers, middle) => {
  expect(median(numbers)).toBe(middle);
});
