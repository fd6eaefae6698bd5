import { describe, expect, it } from "vitest";
import { budgetUsedPercent, proofAge } from "../../lib/ages/proof-ages.ts";
import type { Proof } from "../../lib/run/proof.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");
const SINCE = new Date("2026-11-24T06:30:00.000Z");
const passed: Proof = {
  proof: "drift",
  executionArn: "arn:x",
  startedAt: "2026-11-24T09:00:00.000Z",
  endedAt: "2026-11-24T10:30:00.000Z",
  result: "passed",
  summary: "clean",
  evidenceKey: "checks/drift/x/report.json",
};

describe("the age of a proof", () => {
  it("counts hours from its end", () => {
    expect(proofAge("drift", passed, SINCE, NOW).hours).toBe(1.5);
  });

  it("counts from when counting began where nothing was ever proven", () => {
    expect(proofAge("drift", undefined, SINCE, NOW).hours).toBe(5.5);
  });

  it("is never negative, whatever the clocks say", () => {
    expect(proofAge("drift", { ...passed, endedAt: "2026-11-24T12:00:05.000Z" }, SINCE, NOW).hours).toBe(0);
  });
});

describe("the failure budget", () => {
  it.each([
    ["nineteen executions say nothing yet", { succeeded: 0, failed: 19 }, 0],
    ["one failure of twenty is all of it", { succeeded: 19, failed: 1 }, 100],
    ["five of a hundred are all of it", { succeeded: 95, failed: 5 }, 100],
    ["four of a hundred leave a fifth", { succeeded: 96, failed: 4 }, 80],
    ["none is nothing", { succeeded: 100, failed: 0 }, 0],
  ])("%s", (_, ends, percent) => {
    expect(budgetUsedPercent(ends)).toBeCloseTo(percent);
  });
});
