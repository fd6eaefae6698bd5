/** What the prove machine and its functions say to each other. */
import * as z from "zod";
import { GateReportSchema } from "../run/messages.ts";

/** What a person types into the Step Functions console; `{}` is enough. */
export const ProveInputSchema = z.strictObject({
  /** Layer names, or "all": every layer that is applied. Nothing is added to them. */
  layers: z.union([z.literal("all"), z.array(z.string().min(1)).min(1)]).default("all"),
  reason: z.string().trim().min(1).default("not said"),
});
export type ProveInput = z.infer<typeof ProveInputSchema>;

export const PrepareProveEventSchema = z.strictObject({
  /** `$states.context.Execution.Id` */
  executionArn: z.string(),
  /** `$states.context.Execution.Name` */
  executionName: z.string(),
  /** `$states.context.Execution.StartTime` */
  startedAt: z.iso.datetime({ offset: true }),
  /** The execution's input, unparsed. */
  input: z.unknown(),
});

/** What is proven now; the machine keeps it in `$run`, where the gates' functions find what they need of a run. */
export const ProveScopeSchema = z.strictObject({
  runId: z.string(),
  executionArn: z.string(),
  environment: z.string(),
  artefactBucket: z.string(),
  /** Where the findings go, in the artefact bucket. */
  folder: z.string(),
  /** In the order of the catalogue. */
  layers: z.array(z.string()),
  /** Layers that were not asked, because nothing of them is applied. */
  notApplied: z.array(z.string()),
  /** Not every layer was asked for. */
  partial: z.boolean(),
  /** A run that holds the environment: what it is changing may be red for that reason alone. */
  heldBy: z.strictObject({ runId: z.string(), since: z.iso.datetime() }).optional(),
  reason: z.string(),
  startedAt: z.iso.datetime(),
});
export type ProveScope = z.infer<typeof ProveScopeSchema>;

export const ProvenLayerSchema = z.strictObject({ layer: z.string(), gates: z.array(GateReportSchema) });
export type ProvenLayer = z.infer<typeof ProvenLayerSchema>;

export const FinishProveEventSchema = z.strictObject({
  run: ProveScopeSchema,
  layers: z.array(ProvenLayerSchema),
});
export const FinishProveResultSchema = z.strictObject({
  passed: z.boolean(),
  summary: z.string(),
  error: z.string().optional(),
});
export type FinishProveResult = z.infer<typeof FinishProveResultSchema>;
