import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

/** One ExternalSecret, and what must be in the Secret that it makes. */
export const WantedSecretSchema = z.strictObject({
  namespace: z.string(),
  /** Name of the ExternalSecret. */
  name: z.string(),
  /** Keys that the Secret must hold, each with something in it. */
  keys: z.array(z.string()).min(1),
});
export type WantedSecret = z.infer<typeof WantedSecretSchema>;

export const SecretsExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  secrets: z.array(WantedSecretSchema).min(1),
});
export type SecretsExpectation = z.infer<typeof SecretsExpectationSchema>;
