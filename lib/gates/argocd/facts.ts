import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import type { NamespaceFacts } from "../workloads/facts.ts";

const SourceSchema = z.object({ chart: z.string().optional(), targetRevision: z.string().optional() });

export const ApplicationSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    source: SourceSchema.optional(),
    destination: z.object({ namespace: z.string().optional() }).default({}),
  }),
  /** Not under status: present while a sync is asked for or running. */
  operation: z.unknown().optional(),
  status: z
    .object({
      sync: z.object({ status: z.string().optional(), revision: z.string().optional() }).optional(),
      health: z.object({ status: z.string().optional(), message: z.string().optional() }).optional(),
      operationState: z
        .object({
          phase: z.string().optional(),
          message: z.string().optional(),
          finishedAt: z.string().optional(),
          operation: z.object({ sync: z.object({ dryRun: z.boolean().optional() }).optional() }).optional(),
        })
        .optional(),
      reconciledAt: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), message: z.string().optional() })).optional(),
      resources: z
        .array(
          z.object({
            kind: z.string(),
            name: z.string(),
            status: z.string().optional(),
            requiresPruning: z.boolean().optional(),
            health: z.object({ status: z.string().optional(), message: z.string().optional() }).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
export type Application = z.infer<typeof ApplicationSchema>;

export interface ArgocdFacts {
  readonly application: Reading<Application | null>;
  /** What runs in the destination namespace; undefined if the Application names none. */
  readonly workloads: NamespaceFacts | undefined;
}
