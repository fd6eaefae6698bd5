import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import type { NamespaceFacts } from "../workloads/facts.ts";

const SourceSchema = z.object({ chart: z.string().optional(), targetRevision: z.string().optional() });
export type Source = z.infer<typeof SourceSchema>;

/** Conditions of Argo CD have no status: their presence is their truth. */
const ConditionSchema = z.object({ type: z.string(), message: z.string().optional() });

const ResourceSchema = z.object({
  kind: z.string(),
  name: z.string(),
  status: z.string().optional(),
  requiresPruning: z.boolean().optional(),
  /** Run by a sync and left behind by it; no part of what the application is. */
  hook: z.boolean().optional(),
  health: z.object({ status: z.string().optional(), message: z.string().optional() }).optional(),
});

const OperationStateSchema = z.object({
  phase: z.string().optional(),
  message: z.string().optional(),
  finishedAt: z.string().nullish(),
  retryCount: z.int().optional(),
  operation: z.object({ sync: z.object({ dryRun: z.boolean().optional() }).optional() }).optional(),
  syncResult: z
    .object({
      resources: z
        .array(
          z.object({
            kind: z.string(),
            name: z.string(),
            hookType: z.string().optional(),
            hookPhase: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .nullish(),
    })
    .optional(),
});
export type OperationState = z.infer<typeof OperationStateSchema>;

export const ApplicationSchema = z.object({
  metadata: MetadataSchema.extend({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({
    source: SourceSchema.optional(),
    /** In place of `source`, if there are several. */
    sources: z.array(SourceSchema).optional(),
    destination: z.object({ namespace: z.string().optional() }).default({}),
  }),
  /** Not under status: present while a sync is asked for or running. */
  operation: z.unknown().optional(),
  status: z
    .object({
      sync: z
        .object({
          status: z.string().optional(),
          revision: z.string().optional(),
          /** One a source. */
          revisions: z.array(z.string()).optional(),
          comparedTo: z.object({ source: SourceSchema.optional() }).optional(),
        })
        .optional(),
      health: z
        .object({
          status: z.string().optional(),
          message: z.string().optional(),
          lastTransitionTime: z.string().nullish(),
        })
        .optional(),
      operationState: OperationStateSchema.optional(),
      reconciledAt: z.string().nullish(),
      conditions: z.array(ConditionSchema).nullish(),
      resources: z.array(ResourceSchema).nullish(),
    })
    .optional(),
});
export type Application = z.infer<typeof ApplicationSchema>;

/** What is kept of the other Applications; hundreds of them with all their resources would be megabytes. */
export const NeighbourSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      sync: z.object({ status: z.string().optional() }).optional(),
      health: z.object({ status: z.string().optional() }).optional(),
    })
    .optional(),
});
export type Neighbour = z.infer<typeof NeighbourSchema>;

export interface ArgocdFacts {
  readonly application: Reading<Application | null>;
  /** Every Application beside it. */
  readonly neighbours: Reading<Neighbour[]>;
  /** What runs in the destination namespace; undefined if the Application names none. */
  readonly workloads: NamespaceFacts | undefined;
}
