import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const WebhooksExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Names of ValidatingWebhookConfigurations that the next layers' objects pass through. */
  validating: z.array(z.string()).min(1),
  /** Names of MutatingWebhookConfigurations; objects pass through these first. */
  mutating: z.array(z.string()).default([]),
});
export type WebhooksExpectation = z.infer<typeof WebhooksExpectationSchema>;
