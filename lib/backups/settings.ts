/** What a backup verification is told: the environment's targets, and which sandboxes it may make. */
import * as z from "zod";

/** A Velero schedule whose backups are verified, and the machinery by which they hold volumes. */
export const VerifiedScheduleSchema = z.strictObject({
  /** As the input of the machine names it. */
  name: z.string(),
  /** Of the Velero Schedule. */
  schedule: z.string(),
  path: z.enum(["snapshot", "files"]),
  /** What may have been written since the backup began, and would be lost. */
  rpoHours: z.number().positive(),
});
export type VerifiedSchedule = z.infer<typeof VerifiedScheduleSchema>;

export const VerificationSettingsSchema = z.strictObject({
  schedules: z.array(VerifiedScheduleSchema).min(1),
  /** From the restore's start until what was restored has proven itself. */
  rtoMinutes: z.number().positive(),
  /** Only backups of this storage location count; left out, of any. */
  location: z.string().optional(),
  /** How long a backup may be awaited: a Velero that has just been installed must find them first. */
  awaitMinutes: z.number().positive().optional(),
});
export type VerificationSettings = z.infer<typeof VerificationSettingsSchema>;

/** One restore that an execution makes. */
export const TargetSchema = z.strictObject({
  /** Name of the schedule; of the evidence's folder, too. */
  name: z.string(),
  path: z.enum(["snapshot", "files"]),
  backup: z.strictObject({
    name: z.string(),
    startedAt: z.iso.datetime({ offset: true }),
    bucket: z.string(),
  }),
  rpoHours: z.number(),
  rtoMinutes: z.number(),
  /** The namespace in the backup. */
  namespace: z.string(),
  /** The namespace that is made for it; the Restore has the same name. */
  sandbox: z.string(),
});
export type Target = z.infer<typeof TargetSchema>;

export const ExecutionSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
});
export type Execution = z.infer<typeof ExecutionSchema>;
