import * as z from "zod";

/** Counts of a plan. `replace` is counted once, and neither as add nor as destroy. */
export const PlanCountsSchema = z.strictObject({
  add: z.int().min(0),
  change: z.int().min(0),
  replace: z.int().min(0),
  destroy: z.int().min(0),
});
export type PlanCounts = z.infer<typeof PlanCountsSchema>;

/** An object in the artefact bucket, pinned to the version that was reviewed. */
export const PinnedObjectSchema = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PinnedObject = z.infer<typeof PinnedObjectSchema>;

/**
 * What the plan build says about its plan: `manifest.json` beside the plan, written by `buildspecs/plan.sh`.
 * Every hash is a lower-case sha256.
 */
export const PlanManifestSchema = z.strictObject({
  runId: z.string(),
  layer: z.string(),
  mode: z.enum(["deploy", "destroy"]),
  /** `terraform plan -detailed-exitcode`: 0 no changes, 2 changes. 1 never gets here: the build fails. */
  exitCode: z.union([z.literal(0), z.literal(2)]),
  plan: PinnedObjectSchema,
  planJson: PinnedObjectSchema,
  lockFile: PinnedObjectSchema,
  sourceSha256: z.string(),
  variablesSha256: z.string(),
  terraformVersion: z.string(),
  /** What the build's environment added to the source: terraform variables, and the hashes of terraform itself. */
  environment: z.record(z.string(), z.string()).optional(),
});
export type PlanManifest = z.infer<typeof PlanManifestSchema>;

/** What a removal leaves where it is, and what for. */
export const RetainedSchema = z.strictObject({
  because: z.string(),
  /** `id` and `arn` as the state has them. */
  resources: z.array(
    z.strictObject({ address: z.string(), id: z.string().optional(), arn: z.string().optional() }),
  ),
});
export type Retained = z.infer<typeof RetainedSchema>;

/** One change of a plan, as a reviewer reads it. */
export const PlannedChangeSchema = z.strictObject({
  address: z.string(),
  action: z.enum(["create", "update", "replace", "delete"]),
});
export type PlannedChange = z.infer<typeof PlannedChangeSchema>;
