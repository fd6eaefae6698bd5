/** What the machine says to its function: one step of a verification each. */
import * as z from "zod";
import { ScenarioNameSchema } from "../recovery/scenarios.ts";
import { FindingSchema } from "../run/finding.ts";
import { MeasuredSchema } from "./measure.ts";
import { ExecutionSchema, TargetSchema, VerificationSettingsSchema } from "./settings.ts";

/** What a person may say in the console; nothing is enough. */
export const VerifyBackupInputSchema = z.strictObject({
  schedule: z.string().min(1).optional(),
  backup: z.string().min(1).optional(),
  reason: z.string().optional(),
});

const AboutSchema = z.strictObject({ execution: ExecutionSchema, target: TargetSchema });
const SnapshotSchema = z.strictObject({ id: z.string(), state: z.string(), tier: z.string() });
const since = z.iso.datetime({ offset: true });

/** Started and completed, in Velero's words of time. */
export const RestoredSchema = z.strictObject({ startedAt: z.string(), completedAt: z.string() });

/** Why a target was not proven: what the machine caught. */
export const CaughtSchema = z.strictObject({ name: z.string(), cause: z.string(), step: z.string() });
export const OutcomeSchema = z.strictObject({
  target: TargetSchema,
  measured: MeasuredSchema.optional(),
  error: CaughtSchema.optional(),
});
export type Outcome = z.infer<typeof OutcomeSchema>;

export const VerifyBackupEventSchema = z.discriminatedUnion("step", [
  z.strictObject({
    step: z.literal("select"),
    execution: ExecutionSchema,
    settings: VerificationSettingsSchema,
    since: since.optional(),
    input: z.unknown(),
  }),
  AboutSchema.extend({ step: z.literal("preflight"), snapshots: z.array(SnapshotSchema) }),
  AboutSchema.extend({ step: z.literal("restore") }),
  AboutSchema.extend({ step: z.literal("look-at-restore"), since, deadlineMinutes: z.number() }),
  AboutSchema.extend({
    step: z.literal("look-at-sandbox"),
    since,
    deadlineMinutes: z.number(),
    restored: RestoredSchema,
  }),
  AboutSchema.extend({ step: z.literal("clean-up") }),
  z.strictObject({
    step: z.literal("conclude"),
    execution: ExecutionSchema,
    input: z.unknown(),
    outcomes: z.array(OutcomeSchema),
    error: CaughtSchema.optional(),
  }),
  z.strictObject({
    step: z.literal("conclude-rehearsal"),
    execution: ExecutionSchema,
    scenario: ScenarioNameSchema,
    /** Where the verification left its evidence, if that is another environment's bucket. */
    evidenceBucket: z.string().optional(),
    isLeft: z.boolean().optional(),
    /** As the machine asked itself; nothing follows from it here. */
    tearDown: z.boolean().optional(),
    outcomes: z.array(OutcomeSchema),
    error: CaughtSchema.optional(),
  }),
  /** The janitor: removes what no living execution owns. */
  z.looseObject({ step: z.literal("sweep") }),
]);
export type VerifyBackupEvent = z.infer<typeof VerifyBackupEventSchema>;

export const StepResultSchema = z.strictObject({
  /** `select` */
  targets: z.array(TargetSchema).optional(),
  /** `look-at-restore` */
  restored: RestoredSchema.optional(),
  /** `look-at-sandbox` */
  measured: MeasuredSchema.optional(),
  /** `conclude`, and `conclude-rehearsal` without the outcomes */
  proven: z.boolean().optional(),
  outcomes: z.array(OutcomeSchema).optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  /** `sweep`: names of what it removed. */
  removed: z.array(z.string()).optional(),
  findings: z.array(FindingSchema).optional(),
});
export type StepResult = z.infer<typeof StepResultSchema>;
