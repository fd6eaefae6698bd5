import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const LoadBalancerExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  namespace: z.string(),
  /** A Service of type LoadBalancer. */
  service: z.string(),
});
export type LoadBalancerExpectation = z.infer<typeof LoadBalancerExpectationSchema>;
