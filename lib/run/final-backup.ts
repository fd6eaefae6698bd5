import { InvalidInputError } from "./errors.ts";
import type { Proof } from "./proof.ts";

/** A verification of today: what was written since the backup began is what a loss would cost. */
const FINAL_BACKUP_HOURS = 24;

const HOUR_MILLISECONDS = 3_600_000;

export interface Removal {
  /** Layers of the run that keep data. */
  readonly stateful: readonly string[];
  /** Velero's layer stands, so there is something that makes backups. */
  readonly hasBackups: boolean;
  /** The last verification of backups that passed. */
  readonly lastProven: Proof | undefined;
  /** Why it is to be done without, as the run's input says it. */
  readonly without: string | undefined;
}

/**
 * No layer that keeps data is removed before a backup was restored and found whole while the cluster still lives,
 * unless somebody says why not. Where nothing makes backups there is nothing to wait for.
 * @throws InvalidInputError (not retryable) that says what to do
 */
export function refuseWithoutFinalBackup(removal: Removal, environment: string, now: Date): void {
  const { stateful, hasBackups, lastProven, without } = removal;
  if (stateful.length === 0 || !hasBackups || without !== undefined) return;
  const hours = lastProven && (now.getTime() - Date.parse(lastProven.endedAt)) / HOUR_MILLISECONDS;
  if (hours !== undefined && hours <= FINAL_BACKUP_HOURS) return;
  const found = hours === undefined ? "none was ever" : `the last one was ${Math.floor(hours)} h ago`;
  throw new InvalidInputError(
    `Removing ${stateful.join(", ")} loses data, and no backup was proven within ${FINAL_BACKUP_HOURS} h (${found}). Make one (velero backup create --from-schedule velero-daily), start ${environment}-verify-backup, and start this again when it has passed; or say in the input, as withoutFinalBackup, why it is not needed.`,
  );
}
