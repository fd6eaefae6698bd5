/** What the drift machine and its functions say to each other. */
import * as z from "zod";
import { AllowedDriftSchema } from "./allowed.ts";
import { TouchedObjectSchema } from "./cluster-objects.ts";

export const DriftInputSchema = z.strictObject({
  /** Layer names, or "all": every layer that is applied. */
  layers: z.union([z.literal("all"), z.array(z.string().min(1)).min(1)]).default("all"),
  reason: z.string().trim().min(1).default("not said"),
});

export const PrepareDriftEventSchema = z.strictObject({
  executionArn: z.string(),
  executionName: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
  input: z.unknown(),
});

const VariableSchema = z.strictObject({ Name: z.string(), Value: z.string(), Type: z.literal("PLAINTEXT") });

export const DriftScopeSchema = z.strictObject({
  runId: z.string(),
  executionArn: z.string(),
  environment: z.string(),
  artefactBucket: z.string(),
  /** Where the evidence goes; the plans lie with those of runs, which are forgotten after days. */
  folder: z.string(),
  /** In the order of the catalogue; each was applied and proven, and no build has changed it since. */
  layers: z.array(z.string()),
  /** By layer: what pins its plan to what was applied. */
  environments: z.record(z.string(), z.array(VariableSchema)),
  /** By layer: when it was recorded as proven. What somebody else changed, was changed after that. */
  provenAt: z.record(z.string(), z.iso.datetime()),
  /** Layers that are not scanned, and why. */
  skipped: z.array(z.strictObject({ layer: z.string(), because: z.string() })),
  /** IDs and ARNs of what removals have left on purpose: it is in a state, though its layer is not applied. */
  retained: z.array(z.string()),
  partial: z.boolean(),
  reason: z.string(),
  startedAt: z.iso.datetime(),
});
export type DriftScope = z.infer<typeof DriftScopeSchema>;

/** How a layer's plan ended: what its build exported, or why it failed. */
export const PlannedLayerSchema = z.strictObject({
  layer: z.string(),
  exported: z.record(z.string(), z.string()).optional(),
  error: z.strictObject({ name: z.string(), cause: z.string(), step: z.string() }).optional(),
});
export type PlannedLayer = z.infer<typeof PlannedLayerSchema>;

export const SweepClusterEventSchema = z.strictObject({
  /** By scanned layer that has something in the cluster. */
  provenAt: z.record(z.string(), z.iso.datetime()),
});
export const SweepClusterResultSchema = z.strictObject({ objects: z.array(TouchedObjectSchema) });

/** What the cluster was found to hold, or why it could not be asked. */
export const SweptClusterSchema = z.strictObject({
  objects: z.array(TouchedObjectSchema).default([]),
  error: z.strictObject({ name: z.string(), cause: z.string(), step: z.string() }).optional(),
});
export type SweptCluster = z.infer<typeof SweptClusterSchema>;

export const JudgeDriftEventSchema = z.strictObject({
  scan: DriftScopeSchema,
  planned: z.array(PlannedLayerSchema),
  cluster: SweptClusterSchema,
  allow: z.array(AllowedDriftSchema),
});
export const JudgeDriftResultSchema = z.strictObject({
  passed: z.boolean(),
  summary: z.string(),
  error: z.string().optional(),
  /** Layers with drift that is news and that nobody allowed. */
  drifted: z.array(z.string()),
});
export type JudgeDriftResult = z.infer<typeof JudgeDriftResultSchema>;
