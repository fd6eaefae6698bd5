import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const LoadBalancerExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** It holds what brings visitors in, whatever its kind and name: each edge has another. */
  namespace: z.string(),
});
export type LoadBalancerExpectation = z.infer<typeof LoadBalancerExpectationSchema>;
