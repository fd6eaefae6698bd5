import type { Json } from "../world/world.ts";
import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

const velero = (objectKind: string, name: string) => ({
  apiVersion: "velero.io/v1",
  objectKind,
  namespace: "velero",
  name,
});

/** A backup of the daily schedule that nobody made: good, but for what `status` says otherwise. */
const backup = (name: string, status: { [field: string]: Json }) => ({
  ...velero("Backup", name),
  isInvented: true as const,
  says: {
    metadata: { labels: { "velero.io/schedule-name": "velero-daily" } },
    spec: { storageLocation: "default", ttl: "720h0m0s" },
    status: {
      phase: "Completed",
      startTimestamp: "now-600s",
      completionTimestamp: "now-540s",
      expiration: "now+2592000s",
      progress: { totalItems: 400, itemsBackedUp: 400 },
      volumeSnapshotsAttempted: 1,
      volumeSnapshotsCompleted: 1,
      ...status,
    },
  },
});

/** Backups that are scheduled, made, and of no use. */
export const BACKUP_BREAKS: readonly Break[] = [
  lying(
    "backup-location-stale",
    "Velero's server has died, and its last word is that the location is Available",
    {
      ...velero("BackupStorageLocation", "default"),
      says: { status: { lastValidationTime: "now-3600s" } },
    },
  ),
  lying("backup-location-read-only", "the location of the backups is Available, to be read", {
    ...velero("BackupStorageLocation", "default"),
    says: { spec: { accessMode: "ReadOnly" } },
  }),
  lying("backup-schedule-paused", "the daily schedule is Enabled, and paused", {
    ...velero("Schedule", "velero-daily"),
    says: { spec: { paused: true } },
  }),
  lying("backups-not-made", "the daily schedule is Enabled for a month, and has made nothing", {
    ...velero("Schedule", "velero-daily"),
    says: { metadata: { creationTimestamp: "now-2592000s" } },
  }),
  lying(
    "backup-partially-failed",
    "the newest daily backup failed in part, behind a good one of an hour before",
    backup("velero-daily-good", { startTimestamp: "now-4200s" }),
    backup("velero-daily-partial", { phase: "PartiallyFailed", errors: 2 }),
  ),
  lying(
    "backup-refused",
    "the newest daily backup did not pass its validation, so that an older one looks newest",
    backup("velero-daily-good", { startTimestamp: "now-4200s" }),
    backup("velero-daily-refused", {
      phase: "FailedValidation",
      startTimestamp: null,
      validationErrors: ["an existing backup storage location was not specified"],
    }),
  ),
  lying(
    "backup-shrunk",
    "the newest daily backup is Completed with a hundredth of the one before",
    backup("velero-daily-good", { startTimestamp: "now-4200s" }),
    backup("velero-daily-shrunk", { progress: { totalItems: 4, itemsBackedUp: 4 } }),
  ),
  lying(
    "backup-without-volumes",
    "the newest daily backup is Completed without a single volume",
    backup("velero-daily-objects", { volumeSnapshotsAttempted: 0, volumeSnapshotsCompleted: 0 }),
  ),
  lying(
    "backup-snapshot-lost",
    "the newest daily backup is Completed, and one of its two snapshots is not",
    backup("velero-daily-snapshot", { volumeSnapshotsAttempted: 2 }),
  ),
  lying(
    "backup-hook-failed",
    "the newest daily backup is Completed, and the hook that makes its data whole failed",
    backup("velero-daily-hook", { hookStatus: { hooksAttempted: 1, hooksFailed: 1 } }),
  ),
  lying(
    "backup-expired",
    "the newest daily backup is Completed, and expired a minute ago",
    backup("velero-daily-expired", { expiration: "now-60s" }),
  ),
  lying("backup-repository-not-ready", "Velero cannot open the repository of the canary's files", {
    ...velero("BackupRepository", "backup-canary-default-kopia-lie"),
    isInvented: true,
    says: { status: { phase: "NotReady", message: "error to connect to storage: no such key" } },
  }),
  lying("backup-agent-missing", "the node agents are all available, and one node has none", {
    apiVersion: "apps/v1",
    objectKind: "DaemonSet",
    namespace: "velero",
    name: "node-agent",
    says: {
      status: {
        currentNumberScheduled: 1,
        desiredNumberScheduled: 1,
        updatedNumberScheduled: 1,
        numberReady: 1,
        numberAvailable: 1,
      },
    },
  }),
];
