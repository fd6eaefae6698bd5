import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const CrdSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ versions: z.array(z.object({ name: z.string(), served: z.boolean() })) }),
  status: z.object({ conditions: ConditionsSchema }).optional(),
});
export type Crd = z.infer<typeof CrdSchema>;

export interface CrdsFacts {
  readonly crds: readonly { readonly name: string; readonly crd: Reading<Crd | null> }[];
}
