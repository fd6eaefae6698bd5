import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const DnsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Labels below the environment's domain. */
  hosts: z.array(z.string()).min(1),
});
export type DnsExpectation = z.infer<typeof DnsExpectationSchema>;
