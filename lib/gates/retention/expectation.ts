import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const RetentionExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Velero's own namespace: its locations name the buckets, its schedules how long a backup is promised. */
  namespace: z.string(),
});
export type RetentionExpectation = z.infer<typeof RetentionExpectationSchema>;
