import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const TargetsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Prometheus' Service. */
  namespace: z.string(),
  service: z.string(),
  port: z.int(),
  /** `<namespace>/<name>` of the ServiceMonitors whose targets must all be up, and of which there must be some. */
  monitors: z.array(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)).min(1),
});
export type TargetsExpectation = z.infer<typeof TargetsExpectationSchema>;
