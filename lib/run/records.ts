/** What the table keeps. Times are ISO 8601; `expiresAt` (the table's TTL) is epoch seconds, as DynamoDB wants it. */
import * as z from "zod";
import { FindingSchema } from "./finding.ts";
import { GateReportSchema, LayerOutcomeSchema, RunSchema } from "./messages.ts";
import { PinnedObjectSchema, PlanCountsSchema, RetainedSchema } from "./plan.ts";

const DAY_SECONDS = 24 * 60 * 60;
/** Thirteen months: last year's run of the same season can still be read. */
export const RUN_RECORD_DAYS = 400;
/** An approval's token is worthless once its execution has ended; a month leaves room for asking what happened. */
export const APPROVAL_DAYS = 30;

export const expiresAt = (now: Date, days: number): number =>
  Math.floor(now.getTime() / 1000) + days * DAY_SECONDS;

/** Who may change the environment now. Taken by `prepare-run`, freed by `close-run` and by nobody else. */
export const LeaseSchema = z.object({
  runId: z.string(),
  executionArn: z.string(),
  takenAt: z.iso.datetime(),
});
export type Lease = z.infer<typeof LeaseSchema>;

/** How an execution ended, in Step Functions' own words. */
export const FinalStatusSchema = z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]);
export type FinalStatus = z.infer<typeof FinalStatusSchema>;

/**
 * A run, from its first second to its end. Everything but its id may be missing: a run that could not be
 * prepared has only what `fail-run` and `close-run` knew.
 */
export const RunRecordSchema = z.object({
  runId: z.string(),
  executionArn: z.string().optional(),
  run: RunSchema.optional(),
  /** By layer; each entry replaces the one before, so a repeated call changes nothing. */
  outcomes: z.record(z.string(), LayerOutcomeSchema).default({}),
  /** What `finish-run` or `fail-run` knew: why the run fails. */
  failure: z.object({ error: z.string(), cause: z.string() }).optional(),
  /** Of a destroy: what was left behind. */
  findings: z.array(FindingSchema).optional(),
  /** Somebody wants it to end: no plan is reviewed any more, so nothing is applied that was not already. */
  cancel: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).optional(),
  finalStatus: FinalStatusSchema.optional(),
  endedAt: z.iso.datetime().optional(),
  notification: z.enum(["claimed", "sent"]).optional(),
  notificationAt: z.iso.datetime().optional(),
});
export type RunRecord = z.infer<typeof RunRecordSchema>;

/** A layer as it was last proven or destroyed: what drift detection and a resumed run start from. */
export const LayerRecordSchema = z.object({
  layer: z.string(),
  runId: z.string(),
  result: z.enum(["proven", "destroyed"]),
  recordedAt: z.iso.datetime(),
  source: PinnedObjectSchema,
  terraformVersion: z.string(),
  applied: z.boolean(),
  /** What its plan was made with beside source and version; left out by older records. */
  buildEnvironment: z.record(z.string(), z.string()).optional(),
  digest: z.string().optional(),
  counts: PlanCountsSchema.optional(),
  /** Of a layer that was destroyed: what is left of it on purpose. */
  retained: RetainedSchema.optional(),
  gates: z.array(GateReportSchema),
});
export type LayerRecord = z.infer<typeof LayerRecordSchema>;

/** One request for approval. The task token is a secret: it leaves the table only in an approver's hands. */
export const ApprovalRecordSchema = z.object({
  runId: z.string(),
  layer: z.string(),
  taskToken: z.string(),
  digest: z.string(),
  status: z.literal("pending"),
  requestedAt: z.iso.datetime(),
  /** Absent until somebody decided through the API; then it stays. */
  decision: z.enum(["approve", "reject"]).optional(),
  /** ARN of who decided. */
  decidedBy: z.string().optional(),
  decidedAt: z.iso.datetime().optional(),
  comment: z.string().optional(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecordSchema>;
