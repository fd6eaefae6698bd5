import { type Command, Option } from "commander";
import { BACKUP_LAYER } from "../catalogue/backup-layer.ts";
import { backUpNow, completedBackups } from "../twin/kubernetes/controllers/backups/from-schedule.ts";
import type { Twin } from "../twin/twin.ts";
import { addCheckCommand } from "./add-check-command.ts";
import type { Check, CheckOptions } from "./check-command.ts";
import { UsageError } from "./usage-error.ts";

export interface VerifyBackupOptions extends CheckOptions {
  readonly schedule?: string;
  readonly backup?: string;
}

const SCHEDULES = ["velero-daily", "velero-weekly"];
/** Twice what the snapshots of a backup take; its copy into another region has come by then, too. */
const BACKUP_MILLISECONDS = 180_000;

/**
 * A world that was deployed a moment ago has seen no night yet: then a backup of each schedule is made, as a person
 * would with `velero backup create --from-schedule`.
 */
export const makeFirstBackups = (twin: Twin): Promise<void> =>
  makeBackups(
    twin,
    twin.deployment.environment,
    (schedule) => completedBackups(twin.kubernetes, twin.deployment.environment, schedule).length > 0,
  );

/** Makes a backup of each schedule that has none by this measure. */
export async function makeBackups(
  twin: Twin,
  environment: string,
  isThere: (schedule: string) => boolean,
): Promise<void> {
  const { kubernetes, clock } = twin;
  if (twin.world.collection("eks.clusters").get(environment) === undefined)
    throw new UsageError(
      "the world has no cluster, so there is nothing to back up: deploy resilience first. Nothing was started.",
    );
  const without = SCHEDULES.filter((schedule) => !isThere(schedule));
  const made = without.filter((schedule) => backUpNow(kubernetes, environment, schedule, clock.now()));
  if (made.length < without.length)
    throw new UsageError(
      "the world has no backup schedules: deploy resilience first (`--layers resilience`). Nothing was started.",
    );
  if (made.length > 0) await clock.runTo(clock.now() + BACKUP_MILLISECONDS);
}

/** `strata twin verify-backup`: the newest backup of each schedule, or the one that is named. */
const VERIFY_BACKUP: Check<VerifyBackupOptions> = {
  machine: "verify-backup",
  prepare: makeFirstBackups,
  input: ({ schedule, backup, reason }) => ({
    ...(schedule === undefined ? {} : { schedule }),
    ...(backup === undefined ? {} : { backup }),
    reason,
  }),
  table: ({ proof }) => (proof === null ? [] : [...proof.summary.split("; "), ""]),
};

export function addVerifyBackupCommand(twin: Command, done: (code: number) => void): void {
  addCheckCommand(
    twin,
    VERIFY_BACKUP,
    "restore the newest backups into sandboxes and prove that they are whole",
    done,
    (command) =>
      command
        .addOption(new Option("--schedule <name>", "this schedule's only").choices(["daily", "weekly"]))
        .option("--backup <name>", "this backup of the schedule, not the newest"),
    () => ({ layers: [BACKUP_LAYER] }),
  );
}
