import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const SecretStoreExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Name of the ClusterSecretStore. */
  store: z.string(),
});
export type SecretStoreExpectation = z.infer<typeof SecretStoreExpectationSchema>;
