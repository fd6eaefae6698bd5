import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import { type Backend, ClientConfigSchema } from "../webhooks/facts.ts";

export const CrdSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
    /** Objects of other versions than the stored one pass through its webhook. */
    conversion: z
      .object({
        strategy: z.string(),
        webhook: z.object({ clientConfig: ClientConfigSchema.optional() }).optional(),
      })
      .optional(),
  }),
  status: z.object({ conditions: ConditionsSchema }).optional(),
});
export type Crd = z.infer<typeof CrdSchema>;

export interface CrdFacts {
  readonly name: string;
  readonly version: string;
  readonly crd: Reading<Crd | null>;
  /** Of its conversion webhook; undefined if there is none, or none in the cluster. */
  readonly backend: Backend | undefined;
}
export interface CrdsFacts {
  readonly crds: readonly CrdFacts[];
}
