import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const ArgocdExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Where the Application object lives. */
  namespace: z.string(),
  application: z.string(),
  /** An Application without resources is Synced and Healthy, so how many there are is asked for. */
  minimumResources: z.int().min(1),
});
export type ArgocdExpectation = z.infer<typeof ArgocdExpectationSchema>;
