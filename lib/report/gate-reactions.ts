import type { Step } from "./steps.ts";

/** How fast and at what cost one gate of a run noticed that the world is healthy. */
export interface GateReaction {
  readonly layer: string;
  readonly gate: string;
  /**
   * At most this long after the world was healthy the gate had passed: since the last look that found it was not, or,
   * where none did, since the end of what was before the gate. Health came somewhere in between, so this is an upper
   * bound and never flatters. Milliseconds.
   */
  readonly atMostMilliseconds: number;
  readonly looks: number;
}

/** Of every gate that passed, except those that wait for a person. */
export function gateReactions(steps: readonly Step[]): GateReaction[] {
  return steps.flatMap((step) => {
    if (step.kind !== "prove" || step.status !== "succeeded" || step.endedAt === undefined) return [];
    if (step.gate === "delegation") return [];
    const own = steps.filter((other) => other.layer === step.layer && other.kind !== "prove");
    const before = own.map(({ endedAt = 0 }) => endedAt).filter((at) => at <= step.startedAt);
    const since = step.lastFailedAt ?? Math.max(...before, 0);
    return [
      {
        layer: step.layer ?? "",
        gate: step.gate ?? "",
        atMostMilliseconds: step.endedAt - since,
        looks: step.attempts,
      },
    ];
  });
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
}
