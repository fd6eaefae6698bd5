/**
 * What one object says of its own health.
 * - `healthy`: it does what it is for.
 * - `progressing`: not yet; waiting is right. Only a gate's deadline makes a failure of it.
 * - `failed`: it says itself that it will not get there without somebody's help.
 * - `suspended`: somebody stopped it on purpose.
 * - `missing`: it reports that what it stands for is not there.
 * - `unknown`: it cannot be read, or nothing is known of its kind; never a reason to go on.
 */
export type Verdict = "healthy" | "progressing" | "failed" | "suspended" | "missing" | "unknown";

export interface Health {
  readonly verdict: Verdict;
  /** One clause for a person, in the object's own words where it has some. */
  readonly reason: string;
}

const saying =
  (verdict: Verdict) =>
  (reason: string): Health => ({ verdict, reason });

export const healthy = saying("healthy");
export const progressing = saying("progressing");
export const failed = saying("failed");
export const suspended = saying("suspended");
export const missing = saying("missing");
export const unknown = saying("unknown");
