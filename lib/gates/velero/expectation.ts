import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const VeleroExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  namespace: z.string(),
  /** Names of Schedules. */
  schedules: z.array(z.string()).min(1),
});
export type VeleroExpectation = z.infer<typeof VeleroExpectationSchema>;
