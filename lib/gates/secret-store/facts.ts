import * as z from "zod";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import type { SecretFacts } from "../secrets/facts.ts";

export const SecretStoreSchema = z.object({
  metadata: MetadataSchema,
  status: z.object({ conditions: ConditionsSchema }).optional(),
});
export type SecretStore = z.infer<typeof SecretStoreSchema>;

export interface SecretStoreFacts {
  readonly store: Reading<SecretStore | null>;
  readonly canary: SecretFacts;
}
