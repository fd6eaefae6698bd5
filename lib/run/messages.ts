/**
 * What the state machine and its Lambdas say to each other. Every schema here is the whole event or the
 * whole result of one handler; the state machine names the fields, so a change here is a change there.
 */
import * as z from "zod";
import { FindingSchema } from "./finding.ts";
import { RunInputSchema } from "./input.ts";
import { PinnedObjectSchema, PlanCountsSchema, PlannedChangeSchema, RetainedSchema } from "./plan.ts";

/** What the execution knows of its run: result of `prepare-run`, kept in the machine's variable `$run`. */
export const RunSchema = z.strictObject({
  runId: z.string(),
  executionArn: z.string(),
  environment: z.string(),
  operation: z.enum(["deploy", "plan", "destroy"]),
  /** In the order of the schedule, dependencies (or dependents, for destroy) included. */
  layers: z.array(z.string()),
  approval: z.enum(["always", "on-change", "on-destroy", "never"]),
  allowDestroy: z.array(z.string()),
  reason: z.string(),
  requestedBy: z.string(),
  /** `requestedBy` is what the input says: AWS had not said yet who started the run. */
  claimed: z.boolean().optional(),
  startedAt: z.iso.datetime(),
  source: PinnedObjectSchema,
  artefactBucket: z.string(),
  terraformVersion: z.string(),
});
export type Run = z.infer<typeof RunSchema>;

export const PrepareRunEventSchema = z.strictObject({
  /** `$states.context.Execution.Id` */
  executionArn: z.string(),
  /** `$states.context.Execution.Name`; it becomes the run's id. */
  executionName: z.string(),
  /** `$states.context.Execution.StartTime` */
  startedAt: z.iso.datetime({ offset: true }),
  /** The execution's input, unparsed. */
  input: z.unknown(),
});

/** `review-plan` after the plan build of one layer. */
export const ReviewPlanEventSchema = z.strictObject({
  run: RunSchema,
  layer: z.string(),
  /** `$states.result.Build` variables exported by the build: NAME → value. */
  exported: z.record(z.string(), z.string()),
});
export const ReviewSchema = z.strictObject({
  layer: z.string(),
  counts: PlanCountsSchema,
  hasChanges: z.boolean(),
  approvalRequired: z.boolean(),
  /** Why it is required or refused, for the approver. */
  approvalReason: z.string(),
  /** sha256 over everything that an approval binds: what is applied is what was reviewed. @see lib/review/digest.ts */
  digest: z.string(),
  plan: PinnedObjectSchema,
  lockFile: PinnedObjectSchema,
  /** Of the plan's build, for whoever plans the same source again. */
  buildEnvironment: z.record(z.string(), z.string()).optional(),
  /** Of a removal: what it leaves, because it is to outlive its layer. */
  retained: RetainedSchema.optional(),
  /** At most 20, destroys first; all of them are in the artefact bucket. */
  notable: z.array(PlannedChangeSchema).max(20),
});
export type Review = z.infer<typeof ReviewSchema>;

/** `request-approval`, called with `.waitForTaskToken`; the answer is an ApprovalSchema. */
export const RequestApprovalEventSchema = z.strictObject({
  run: RunSchema,
  layer: z.string(),
  review: ReviewSchema,
  taskToken: z.string(),
});
export const ApprovalSchema = z.strictObject({
  approved: z.literal(true),
  digest: z.string(),
  approver: z.string(),
});

/** `validate-*`: one gate of one layer. Result: GateReportSchema; waiting is an error (NotReadyError). */
export const ValidateEventSchema = z.strictObject({
  /** Of a run, or of an execution of the prove machine, what a gate needs. */
  run: z.object({ runId: z.string(), artefactBucket: z.string() }),
  /** Where the findings go; left out, the run's folder. With it nothing is asked of a person: this only looks. */
  folder: z.string().optional(),
  layer: z.string(),
  /** A member of the catalogue's gates, deadline included; the validator parses its own kinds. */
  gate: z.looseObject({ kind: z.string() }),
  /** When the first look was taken: `$states.context.State.EnteredTime`. */
  since: z.iso.datetime({ offset: true }),
});
export const GateReportSchema = z.strictObject({
  layer: z.string(),
  kind: z.string(),
  verdict: z.enum(["passed", "failed"]),
  passed: z.int(),
  failed: z.int(),
  /** Key of the findings (JSON array) in the artefact bucket. */
  findingsKey: z.string(),
  firstProblem: z.string().optional(),
});
export type GateReport = z.infer<typeof GateReportSchema>;

/** What a layer's stage returns, whatever happened. */
export const LayerOutcomeSchema = z.strictObject({
  layer: z.string(),
  result: z.enum([
    /** applied (or unchanged) and every gate passed */
    "proven",
    /** `plan` run: planned, nothing applied */
    "planned",
    /** `plan` run: cannot be planned before what it depends on is applied */
    "not-plannable",
    /** `destroy` run: its resources are gone */
    "destroyed",
    /** not part of this run */
    "skipped",
    /** something it depends on failed, so it was not started */
    "blocked",
    "failed",
  ]),
  counts: PlanCountsSchema.optional(),
  hasChanges: z.boolean().optional(),
  applied: z.boolean().optional(),
  /** Of what was reviewed, and who approved it if somebody was asked. */
  digest: z.string().optional(),
  approver: z.string().optional(),
  retained: RetainedSchema.optional(),
  gates: z.array(GateReportSchema).optional(),
  error: z.strictObject({ name: z.string(), cause: z.string(), step: z.string() }).optional(),
});
export type LayerOutcome = z.infer<typeof LayerOutcomeSchema>;

export const RecordLayerEventSchema = z.strictObject({
  run: RunSchema,
  outcome: LayerOutcomeSchema,
  review: ReviewSchema.optional(),
});

/** `finish-run` decides from the outcomes; its result says whether the machine ends in Succeed or Fail. */
export const FinishRunEventSchema = z.strictObject({
  run: RunSchema,
  outcomes: z.array(LayerOutcomeSchema),
});
export const FinishRunResultSchema = z.strictObject({
  succeeded: z.boolean(),
  /** Of a destroy: whether something was left behind. */
  findings: z.array(FindingSchema).optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

/** `fail-run` after a failure outside any layer's stage. `run` is absent if prepare-run failed. */
export const FailRunEventSchema = z.strictObject({
  executionArn: z.string(),
  executionName: z.string(),
  run: RunSchema.optional(),
  error: z.string(),
  cause: z.string(),
});

/** EventBridge: `Step Functions Execution Status Change` or `CodeBuild Build State Change`. */
export const CloseRunEventSchema = z.looseObject({
  "detail-type": z.string(),
  detail: z.looseObject({}),
});

export { RunInputSchema };
