/** How long a gate took to notice that what it waits for is well. */
import type { Measurement } from "../run/ports.ts";

/**
 * The latest moment at which a condition of what was looked at got its status, up to `now`. Undefined where nothing
 * says so: AWS's APIs and DNS tell what is, not since when.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
export function lastTransition(facts: unknown, now: Date): Date | undefined {
  const latest = latestIn(facts, now.getTime());
  return Number.isFinite(latest) ? new Date(latest) : undefined;
}

function latestIn(value: unknown, until: number): number {
  if (typeof value !== "object" || value === null) return -Infinity;
  let latest = -Infinity;
  for (const [name, member] of value instanceof Map ? value : Object.entries(value)) {
    const dated = name === "lastTransitionTime" && typeof member === "string";
    const at = dated ? Date.parse(member) : latestIn(member, until);
    if (at > latest && at <= until) latest = at;
  }
  return latest;
}

export interface Wait {
  /** The first look. */
  readonly since: Date;
  /** How long before it the gate had begun to wait. */
  readonly firstLookSeconds: number;
  readonly turnedAt: Date | undefined;
  readonly now: Date;
}

/**
 * Seconds from health until the gate passed. Health that nobody dates, or that is older than the gate's waiting, counts
 * from the first look: then this is how long the gate waited, and never less than its reaction.
 */
export function reactionOf(gate: string, { since, firstLookSeconds, turnedAt, now }: Wait): Measurement {
  const began = since.getTime() - firstLookSeconds * 1_000;
  const from = turnedAt && turnedAt.getTime() >= began ? turnedAt : since;
  const value = Math.max(0, (now.getTime() - from.getTime()) / 1_000);
  return { metric: "GateReaction", value, dimensions: { Gate: gate } };
}
