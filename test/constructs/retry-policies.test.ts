import { describe, expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { APPLY_RETRIES, gateRetry, PLAN_RETRIES, type Retrier } from "../../lib/constructs/retry-policies.ts";

/** Seconds waited before each retry. */
function waits({ IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity, MaxAttempts }: Retrier): number[] {
  return Array.from({ length: MaxAttempts }, (_, index) =>
    Math.min(IntervalSeconds * BackoffRate ** index, MaxDelaySeconds),
  );
}
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const gates = LAYERS.flatMap((layer) => layer.gates.map((gate) => ({ ...gate, layer: layer.directory })));
const usual = gates.filter((gate) => gate.kind !== "delegation");

describe("a gate's retry", () => {
  it.each(gates)("of $layer: $kind lasts until its deadline and no interval longer", (gate) => {
    const retry = gateRetry(gate);
    const total = sum(waits(retry));
    expect(total).toBeGreaterThanOrEqual(gate.deadlineMinutes * 60);
    expect(total - waits(retry).at(-1)!).toBeLessThan(gate.deadlineMinutes * 60);
  });

  it.each(usual)("of $layer: $kind needs at most 60 looks and reacts within 10 s at the median", (gate) => {
    const all = waits(gateRetry(gate));
    expect(all.length + 1).toBeLessThanOrEqual(60);
    // Health comes at any moment of the gate's first ten minutes; the reaction is what is left of the interval.
    const within = all.filter((_, index) => sum(all.slice(0, index)) < 600);
    const weighted = sum(within.map((each) => each * (each / 2))) / sum(within);
    expect(weighted).toBeLessThanOrEqual(10);
  });

  it("waits for a person with a look every five minutes", () => {
    const retry = gateRetry({ deadlineMinutes: 1440 });
    expect(retry.MaxDelaySeconds).toBe(300);
    // Three events of history a look: far below the 25,000 of an execution.
    expect(retry.MaxAttempts * 3).toBeLessThan(2_000);
  });
});

describe("starting builds again", () => {
  it("never names an error after which an apply may be running", () => {
    expect(APPLY_RETRIES.flatMap((retry) => retry.ErrorEquals)).toEqual([
      "CodeBuild.AccountLimitExceededException",
    ]);
  });

  it("never repeats a build that ran and failed", () => {
    for (const { ErrorEquals } of [...PLAN_RETRIES, ...APPLY_RETRIES])
      expect(ErrorEquals.filter((error) => error.startsWith("States."))).toEqual([]);
  });
});
