import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const NodeSchema = z.object({
  metadata: MetadataSchema,
  spec: z
    .object({
      unschedulable: z.boolean().optional(),
      taints: z.array(z.object({ key: z.string(), effect: z.string() })).optional(),
    })
    .optional(),
  status: z
    .object({
      conditions: ConditionsSchema,
      nodeInfo: z.object({ kubeletVersion: z.string() }).optional(),
    })
    .optional(),
});
export type Node = z.infer<typeof NodeSchema>;

export interface NodesFacts {
  readonly nodes: Reading<Node[]>;
  /** Of the API server, such as `v1.35.2-eks-1a2b3c4`. */
  readonly serverVersion: Reading<string>;
}
