import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const IssuersExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Names of ClusterIssuers. */
  names: z.array(z.string()).min(1),
});
export type IssuersExpectation = z.infer<typeof IssuersExpectationSchema>;
