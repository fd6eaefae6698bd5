import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const WorkloadsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Every Deployment, StatefulSet, DaemonSet and pod in these must be up, and in each there must be some. */
  namespaces: z.array(z.string()).min(1),
});
export type WorkloadsExpectation = z.infer<typeof WorkloadsExpectationSchema>;
