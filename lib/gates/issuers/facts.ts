import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const IssuerSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ acme: z.object({ server: z.string(), email: z.string().optional() }).optional() }),
  status: z
    .object({
      conditions: ConditionsSchema,
      acme: z.object({ uri: z.string().optional(), lastRegisteredEmail: z.string().optional() }).optional(),
    })
    .optional(),
});
export type Issuer = z.infer<typeof IssuerSchema>;

export interface IssuersFacts {
  readonly issuers: readonly { readonly name: string; readonly issuer: Reading<Issuer | null> }[];
}
