import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const BackupLocationSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ default: z.boolean().optional(), accessMode: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      lastValidationTime: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
});
export type BackupLocation = z.infer<typeof BackupLocationSchema>;

export const ScheduleSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ schedule: z.string(), paused: z.boolean().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      lastBackup: z.string().optional(),
      validationErrors: z.array(z.string()).optional(),
    })
    .optional(),
});
export type Schedule = z.infer<typeof ScheduleSchema>;

export const BackupSchema = z.object({
  metadata: MetadataSchema,
  status: z
    .object({
      phase: z.string().optional(),
      startTimestamp: z.string().optional(),
      failureReason: z.string().optional(),
    })
    .optional(),
});
export type Backup = z.infer<typeof BackupSchema>;

export interface VeleroFacts {
  readonly locations: Reading<BackupLocation[]>;
  readonly schedules: Reading<Schedule[]>;
  readonly backups: Reading<Backup[]>;
}
