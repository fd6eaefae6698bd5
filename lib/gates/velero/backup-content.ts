import type { VeleroExpectation } from "./expectation.ts";
import type { Backup, PodVolumeBackup, Schedule, VeleroFacts } from "./facts.ts";

/** Half of what the backup before it held: a namespace that was renamed is "Completed" with next to nothing. */
const LEAST_SHARE_OF_BEFORE = 0.5;

interface Content {
  readonly newest: Backup;
  /** All that ended, newest first. */
  readonly ended: readonly Backup[];
  readonly schedule: Schedule;
  readonly facts: VeleroFacts;
  readonly expectation: VeleroExpectation;
  readonly now: Date;
}

/**
 * What is wrong with a backup that has ended; undefined if nothing is. "Completed" is the beginning of the answer:
 * hooks, asynchronous operations and volumes are counted apart from it.
 * @see https://velero.io/docs/main/api-types/backup/
 */
export function contentProblem(content: Content): string | undefined {
  const { newest, now } = content;
  const { status } = newest;
  if (!status) return "no status";
  if (status.phase !== "Completed")
    return (
      [status.failureReason, ...(status.validationErrors ?? [])].filter(Boolean).join("; ") || "no reason"
    );
  if (status.errors > 0) return `${status.errors} errors`;
  if (status.hookStatus && status.hookStatus.hooksFailed > 0)
    return `${status.hookStatus.hooksFailed} of ${status.hookStatus.hooksAttempted} hooks failed`;
  const end = Date.parse(status.expiration ?? "");
  if (end <= now.getTime()) return `expired at ${status.expiration}`;
  return itemsProblem(content) ?? countsProblem(status) ?? volumesProblem(content);
}

function itemsProblem({ newest, ended }: Content): string | undefined {
  const { itemsBackedUp = 0, totalItems = 0 } = newest.status?.progress ?? {};
  if (itemsBackedUp === 0) return "no items";
  if (itemsBackedUp < totalItems) return `${itemsBackedUp} of ${totalItems} items`;
  const before = ended.slice(1).find(({ status }) => status?.phase === "Completed");
  const usual = before?.status?.progress?.itemsBackedUp ?? 0;
  return itemsBackedUp < usual * LEAST_SHARE_OF_BEFORE
    ? `${itemsBackedUp} items, the one before had ${usual}`
    : undefined;
}

function countsProblem(status: NonNullable<Backup["status"]>): string | undefined {
  const pairs: readonly (readonly [string, attempted: number, completed: number])[] = [
    ["volume snapshots", status.volumeSnapshotsAttempted, status.volumeSnapshotsCompleted],
    ["CSI volume snapshots", status.csiVolumeSnapshotsAttempted, status.csiVolumeSnapshotsCompleted],
    ["item operations", status.backupItemOperationsAttempted, status.backupItemOperationsCompleted],
  ];
  for (const [what, attempted, completed] of pairs)
    if (completed < attempted) return `${completed} of ${attempted} ${what} completed`;
  return status.backupItemOperationsFailed > 0
    ? `${status.backupItemOperationsFailed} item operations failed`
    : undefined;
}

function volumesProblem({ newest, schedule, facts, expectation }: Content): string | undefined {
  const { podVolumeBackups } = facts;
  const { template } = schedule.spec;
  const { volumeSnapshotsCompleted = 0, csiVolumeSnapshotsCompleted = 0 } = newest.status ?? {};
  const files = podVolumeBackups.read ? filesOf(podVolumeBackups.value, newest) : [];
  const lost = files.find(({ status }) => /^(Failed|Canceled)$/.test(status?.phase ?? ""));
  if (lost)
    return `volume ${lost.metadata.name} ${lost.status?.phase}: ${lost.status?.message ?? "no reason"}`;
  if (template.defaultVolumesToFsBackup === true && !podVolumeBackups.read) return podVolumeBackups.problem;
  const copied = files.filter(({ status }) => status?.phase === "Completed").length;
  const volumes = volumeSnapshotsCompleted + csiVolumeSnapshotsCompleted + copied;
  return volumes < expectation.minimumVolumes
    ? `${volumes} volumes, expected at least ${expectation.minimumVolumes}`
    : undefined;
}

/** @see https://velero.io/docs/main/file-system-backup/ for the label */
const filesOf = (all: readonly PodVolumeBackup[], { metadata }: Backup): PodVolumeBackup[] =>
  all.filter((each) => each.metadata.labels?.["velero.io/backup-name"] === metadata.name);
