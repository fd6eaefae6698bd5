import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";
import { WantedSecretSchema } from "../secrets/expectation.ts";

export const SecretStoreExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Name of the ClusterSecretStore. */
  store: z.string(),
  /** What is fetched through it to show that it can be: an ExternalSecret that protects nothing. */
  canary: WantedSecretSchema,
});
export type SecretStoreExpectation = z.infer<typeof SecretStoreExpectationSchema>;
