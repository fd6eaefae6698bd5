import * as z from "zod";
import type { BucketRetention, RetentionRule } from "../../clients/bucket-lifecycle.ts";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export type { BucketRetention, RetentionRule };

/** A BackupStorageLocation, as far as it says where backups lie. */
export const StorageLocationSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    objectStorage: z.object({ bucket: z.string(), prefix: z.string().optional() }).optional(),
    config: z.record(z.string(), z.string()).optional(),
  }),
});
export type StorageLocation = z.infer<typeof StorageLocationSchema>;

/** A Schedule, as far as it says for how long its backups are kept. */
export const KeptScheduleSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    template: z.object({ ttl: z.string().optional(), storageLocation: z.string().optional() }),
  }),
});
export type KeptSchedule = z.infer<typeof KeptScheduleSchema>;

export interface BucketFact {
  readonly location: string;
  readonly bucket: string;
  readonly prefix: string;
  /** Undefined: there is no such bucket. */
  readonly retention: BucketRetention | undefined;
}
export interface RetentionFacts {
  readonly schedules: Reading<readonly KeptSchedule[]>;
  readonly locations: Reading<readonly StorageLocation[]>;
  readonly buckets: readonly BucketFact[];
}
