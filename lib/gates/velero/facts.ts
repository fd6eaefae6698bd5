import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const BackupLocationSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ default: z.boolean().optional(), accessMode: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      lastValidationTime: z.string().nullish(),
      message: z.string().optional(),
    })
    .optional(),
});
export type BackupLocation = z.infer<typeof BackupLocationSchema>;

export const ScheduleSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    schedule: z.string(),
    paused: z.boolean().optional(),
    template: z
      .object({
        snapshotVolumes: z.boolean().nullish(),
        defaultVolumesToFsBackup: z.boolean().nullish(),
      })
      .default({}),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      validationErrors: z.array(z.string()).optional(),
    })
    .optional(),
});
export type Schedule = z.infer<typeof ScheduleSchema>;

/** Counters are left out of JSON when they are 0. */
const count = z.int().default(0);
export const BackupSchema = z.object({
  metadata: MetadataSchema,
  status: z
    .object({
      phase: z.string().optional(),
      /** Left out of a backup that failed its validation. */
      startTimestamp: z.string().nullish(),
      expiration: z.string().nullish(),
      failureReason: z.string().optional(),
      validationErrors: z.array(z.string()).optional(),
      errors: count,
      warnings: count,
      progress: z.object({ totalItems: count, itemsBackedUp: count }).optional(),
      volumeSnapshotsAttempted: count,
      volumeSnapshotsCompleted: count,
      csiVolumeSnapshotsAttempted: count,
      csiVolumeSnapshotsCompleted: count,
      backupItemOperationsAttempted: count,
      backupItemOperationsCompleted: count,
      backupItemOperationsFailed: count,
      hookStatus: z.object({ hooksAttempted: count, hooksFailed: count }).optional(),
    })
    .optional(),
});
export type Backup = z.infer<typeof BackupSchema>;

/** One volume that was copied file by file. */
export const PodVolumeBackupSchema = z.object({
  metadata: MetadataSchema,
  status: z.object({ phase: z.string().optional(), message: z.string().optional() }).optional(),
});
export type PodVolumeBackup = z.infer<typeof PodVolumeBackupSchema>;

export const RepositorySchema = z.object({
  metadata: MetadataSchema,
  status: z.object({ phase: z.string().optional(), message: z.string().optional() }).optional(),
});
export type Repository = z.infer<typeof RepositorySchema>;

export const NodeAgentSchema = z.object({
  metadata: MetadataSchema,
  status: z.object({ numberAvailable: count }).optional(),
});
export type NodeAgent = z.infer<typeof NodeAgentSchema>;

export const SchedulableNodeSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ unschedulable: z.boolean().optional() }).optional(),
});
export type SchedulableNode = z.infer<typeof SchedulableNodeSchema>;

export interface VeleroFacts {
  readonly locations: Reading<BackupLocation[]>;
  readonly schedules: Reading<Schedule[]>;
  readonly backups: Reading<Backup[]>;
  readonly podVolumeBackups: Reading<PodVolumeBackup[]>;
  readonly repositories: Reading<Repository[]>;
  readonly nodeAgent: Reading<NodeAgent | null>;
  readonly nodes: Reading<SchedulableNode[]>;
}
