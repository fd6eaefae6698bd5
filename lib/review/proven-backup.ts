import type { Proof } from "../run/proof.ts";

const DAY = 24 * 3_600_000;

/**
 * Backups are verified every day; three days outlast a failure that is being mended. The age of the last verification
 * that passed decides, whatever came after it: a later failure has told somebody already.
 */
export const PROOF_DAYS = 3;

/** Why nobody may rely on the backups now; undefined if they may. */
export function unprovenBackup(lastPassed: Proof | undefined, now: Date): string | undefined {
  if (!lastPassed) return "no backup of it was ever proven to be restorable";
  const days = (now.getTime() - Date.parse(lastPassed.endedAt)) / DAY;
  return days <= PROOF_DAYS
    ? undefined
    : `no backup was proven to be restorable since ${lastPassed.endedAt}, ${Math.floor(days)} days ago (${PROOF_DAYS} are allowed)`;
}
