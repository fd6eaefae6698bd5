/**
 * What the API takes and gives. The OpenAPI document is made of these schemas, and every request and every answer
 * is checked against them, so the three cannot differ. Times are ISO 8601 in UTC.
 */
import * as z from "zod";
import { RunInputSchema } from "../run/input.ts";
import { LayerOutcomeSchema } from "../run/messages.ts";

/** Step Functions' names for executions, and our layers' names, hold nothing else. */
const RunIdSchema = z.string().regex(/^[\w.-]{1,80}$/, "a run's id: letters, digits, '.', '_' and '-'");
const LayerNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "a layer's name");
const ReasonSchema = z.string().trim().min(1, "say why, in a few words: it is kept").max(1_000);

/** Up to a hundred a page, as Step Functions and DynamoDB page well. */
export const PageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** `next` of the page before, as it was given. */
  cursor: z.string().min(1).max(4_096).optional(),
});

export const ExecutionStatusSchema = z.enum([
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "ABORTED",
  "PENDING_REDRIVE",
]);

export const RunPathSchema = z.strictObject({ runId: RunIdSchema });
export const ApprovalPathSchema = z.strictObject({ runId: RunIdSchema, layer: LayerNameSchema });

/** As a person types it into the Step Functions console, but for who asks: AWS says that. */
export const StartRunSchema = RunInputSchema.omit({ requestedBy: true });
export const ListRunsQuerySchema = PageQuerySchema.extend({ status: ExecutionStatusSchema.optional() });

export const RunSummarySchema = z.strictObject({
  runId: z.string(),
  executionArn: z.string(),
  status: ExecutionStatusSchema,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});
export type RunSummary = z.infer<typeof RunSummarySchema>;
export const RunListSchema = z.strictObject({ runs: z.array(RunSummarySchema), next: z.string().optional() });

export const CancelSchema = z.strictObject({ by: z.string(), at: z.iso.datetime(), reason: z.string() });

export const ApprovalViewSchema = z.strictObject({
  layer: z.string(),
  /** What an approval must name: sha256 over everything that is applied. */
  digest: z.string(),
  requestedAt: z.iso.datetime(),
  decision: z.enum(["pending", "approve", "reject"]),
  decidedBy: z.string().optional(),
  decidedAt: z.iso.datetime().optional(),
  comment: z.string().optional(),
});
export type ApprovalView = z.infer<typeof ApprovalViewSchema>;
export const ApprovalListSchema = z.strictObject({ approvals: z.array(ApprovalViewSchema) });

export const RunViewSchema = RunSummarySchema.extend({
  /** Left out of a run that was refused before it was prepared. */
  operation: z.string().optional(),
  layers: z.array(z.string()),
  reason: z.string().optional(),
  /** As the input claims. */
  requestedBy: z.string().optional(),
  /** In AWS's words: the API's caller, or whom CloudTrail names; left out until that is known. */
  startedBy: z.string().optional(),
  outcomes: z.array(LayerOutcomeSchema),
  failure: z.strictObject({ error: z.string(), cause: z.string() }).optional(),
  cancelled: CancelSchema.optional(),
  approvals: z.array(ApprovalViewSchema),
});

export const CancelRunSchema = z.strictObject({ reason: ReasonSchema });
export const DecideApprovalSchema = z.strictObject({
  decision: z.enum(["approve", "reject"]),
  digest: z.string().regex(/^[0-9a-f]{64}$/, "the digest that the mail and GET …/approvals name"),
  comment: z.string().trim().max(1_000).optional(),
});

export const StartCheckSchema = z.strictObject({
  layers: z.array(LayerNameSchema).min(1).optional(),
  reason: ReasonSchema.optional(),
});
export const StartVerificationSchema = z.strictObject({
  /** Of Velero, e.g. `daily`; left out, every schedule. */
  schedule: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .optional(),
  /** Of Velero: a chosen backup instead of the newest. */
  backup: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}$/)
    .optional(),
  reason: ReasonSchema.optional(),
});
export const CheckStartedSchema = z.strictObject({ executionArn: z.string(), name: z.string() });

export const ProofViewSchema = z.strictObject({
  check: z.string(),
  result: z.enum(["passed", "failed"]),
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  summary: z.string(),
  evidenceKey: z.string().optional(),
});
export type ProofView = z.infer<typeof ProofViewSchema>;
export const ProofPairSchema = z.strictObject({
  last: ProofViewSchema.optional(),
  lastPassed: ProofViewSchema.optional(),
});
export const ProofListSchema = z.strictObject({ proofs: z.array(ProofPairSchema) });

export const DriftQuerySchema = PageQuerySchema.extend({
  layer: LayerNameSchema.optional(),
  state: z.enum(["open", "resolved", "all"]).default("open"),
});
/** What the scan remembers of one address; further members are the scan's own. */
export const DriftViewSchema = z.looseObject({
  layer: z.string(),
  address: z.string(),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  severity: z.string(),
  resolvedAt: z.iso.datetime().optional(),
});
export const DriftListSchema = z.strictObject({
  drift: z.array(DriftViewSchema),
  next: z.string().optional(),
});

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemSchema = z.strictObject({
  /** `urn:strata:problem:<name>`; the name is a heading of the runbook where there is something to do. */
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  /** What of the request is wrong, by its path. */
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
export type ProblemBody = z.infer<typeof ProblemSchema>;
