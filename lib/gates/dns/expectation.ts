import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const DnsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Labels below the environment's domain. */
  hosts: z.array(z.string()).min(1),
  /** Namespace of the edge that they must lead to. */
  edge: z.string(),
  /** Longest time that the world may remember an address: a change of the edge moves visitors within it. */
  longestTtlSeconds: z.int().positive(),
});
export type DnsExpectation = z.infer<typeof DnsExpectationSchema>;
