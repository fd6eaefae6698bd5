import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const EksExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Add-ons that must be installed and ACTIVE. */
  addons: z.array(z.string()),
});
export type EksExpectation = z.infer<typeof EksExpectationSchema>;
