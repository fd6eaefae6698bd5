/**
 * What programs hear: every notification is an event on the default bus of EventBridge as well, with source
 * `strata`, the notification's name as its detail-type, and one of these as its detail.
 */
import * as z from "zod";
import { PlanCountsSchema } from "../run/plan.ts";

/** What every notification says. `text` is the whole mail. Times are ISO 8601. */
const COMMON = {
  environment: z.string(),
  /** Of the pipeline's run, or the name of the check's execution. */
  runId: z.string(),
  subject: z.string(),
  text: z.string(),
  at: z.iso.datetime(),
};

const LayersSchema = z.array(
  z.strictObject({ layer: z.string(), result: z.string(), counts: PlanCountsSchema.optional() }),
);

/** The members of each event beyond the common ones: `Notification.detail`. */
export const DETAILS = {
  "run-started": z.strictObject({
    operation: z.string(),
    layers: z.array(z.string()),
    reason: z.string(),
    requestedBy: z.string(),
  }),
  "run-succeeded": z.strictObject({ operation: z.string().optional(), layers: LayersSchema }),
  "run-failed": z.strictObject({
    operation: z.string().optional(),
    status: z.string(),
    error: z.string().optional(),
    layers: LayersSchema,
  }),
  "approval-needed": z.strictObject({
    layer: z.string(),
    digest: z.string(),
    counts: PlanCountsSchema,
    why: z.string(),
  }),
  "delegation-needed": z.strictObject({
    domain: z.string(),
    nameServers: z.array(z.string()),
    until: z.string(),
  }),
  "check-failed": z.strictObject({
    check: z.string(),
    summary: z.string(),
    /** The worst first; the evidence has all. */
    problems: z.array(z.string()),
    evidenceKey: z.string(),
  }),
  "check-recovered": z.strictObject({ check: z.string(), summary: z.string(), evidenceKey: z.string() }),
  /** `layer: address` of each, as many as the mail shows; the evidence has all. */
  "drift-changed": z.strictObject({
    new: z.array(z.string()),
    changed: z.array(z.string()),
    flapping: z.array(z.string()),
    resolved: z.array(z.string()),
    evidenceKey: z.string(),
  }),
} as const satisfies Record<string, z.ZodObject>;

export const EVENT_SOURCE = "strata";

/** The whole detail of an event; of one that has no members of its own, the common ones. */
export function eventSchema(event: string): z.ZodObject {
  const own: z.ZodObject | undefined = Object.hasOwn(DETAILS, event)
    ? DETAILS[event as keyof typeof DETAILS]
    : undefined;
  return z.strictObject({ ...COMMON, ...own?.shape });
}
