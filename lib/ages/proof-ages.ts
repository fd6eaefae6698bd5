import type { Proof, ProofName } from "../run/proof.ts";

const HOUR_MILLISECONDS = 3_600_000;

/** How old the last good proof of something is. */
export interface ProofAge {
  readonly proof: ProofName;
  /** Hours since it ended; of what was never proven, since anybody began to count. */
  readonly hours: number;
}

/**
 * Age in hours, with a fraction. Without any proof it counts from `countedSince`: an environment that is an hour
 * old is not overdue, and one that has never been proven does not stay silent for ever.
 */
export function proofAge(
  proof: ProofName,
  lastPassed: Proof | undefined,
  countedSince: Date,
  now: Date,
): ProofAge {
  const from = lastPassed ? Date.parse(lastPassed.endedAt) : countedSince.getTime();
  return { proof, hours: Math.max(0, (now.getTime() - from) / HOUR_MILLISECONDS) };
}

/** How the executions of one machine ended within the window. */
export interface Ends {
  readonly succeeded: number;
  readonly failed: number;
}

/** Of a hundred executions five may fail before somebody has to do something about it: 95 % is the objective. */
export const FAILURE_BUDGET_SHARE = 0.05;
/** Four weeks: as many Mondays as Sundays, and a bad day is forgiven within a month. */
export const FAILURE_BUDGET_DAYS = 28;
/** Below these many executions one failure would be the whole budget: nothing can be said yet. */
const ENOUGH_EXECUTIONS = 20;

/** How much of the failure budget is used, in percent; 100 is all of it. 0 while too little has run. */
export function budgetUsedPercent({ succeeded, failed }: Ends): number {
  const total = succeeded + failed;
  if (total < ENOUGH_EXECUTIONS) return 0;
  return (100 * failed) / (total * FAILURE_BUDGET_SHARE);
}
