import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const VeleroExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  namespace: z.string(),
  /** Names of Schedules. */
  schedules: z.array(z.string()).min(1),
  /** Volumes that every backup holds at the least; a backup of none never shows that one can be restored. */
  minimumVolumes: z.int().min(0),
});
export type VeleroExpectation = z.infer<typeof VeleroExpectationSchema>;
