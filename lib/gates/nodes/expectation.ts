import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const NodesExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Nodes that must be ready and schedulable at the same time. */
  minimumReady: z.int().min(1),
});
export type NodesExpectation = z.infer<typeof NodesExpectationSchema>;
