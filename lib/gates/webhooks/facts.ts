import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

const ServiceReferenceSchema = z.object({ name: z.string(), namespace: z.string() });
export type ServiceReference = z.infer<typeof ServiceReferenceSchema>;

/** How the API server calls a webhook, whether it admits or converts. */
export const ClientConfigSchema = z.object({
  caBundle: z.string().optional(),
  service: ServiceReferenceSchema.optional(),
});

export const WebhookConfigurationSchema = z.object({
  metadata: MetadataSchema,
  webhooks: z.array(z.object({ name: z.string(), clientConfig: ClientConfigSchema })).default([]),
});
export type WebhookConfiguration = z.infer<typeof WebhookConfigurationSchema>;

export const EndpointSliceSchema = z.object({
  endpoints: z
    .array(z.object({ conditions: z.object({ ready: z.boolean().optional() }).optional() }))
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSliceSchema>;

/** What answers behind a webhook's Service. */
export interface Backend {
  readonly service: ServiceReference;
  readonly slices: Reading<EndpointSlice[]>;
}

export interface ConfigurationFacts {
  readonly kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
  readonly name: string;
  readonly configuration: Reading<WebhookConfiguration | null>;
}
export interface WebhooksFacts {
  readonly configurations: readonly ConfigurationFacts[];
  readonly services: readonly Backend[];
}
