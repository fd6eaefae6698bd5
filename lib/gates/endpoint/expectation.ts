import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const EndpointExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Label below the environment's domain. */
  host: z.string(),
  /** Asked of both ports. */
  path: z.string().startsWith("/"),
  /** Of the answer over TLS. */
  status: z.int().min(100).max(599),
  /** What stands in the right application's page and in nobody else's. */
  contains: z.string().min(1),
});
export type EndpointExpectation = z.infer<typeof EndpointExpectationSchema>;
