import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

const ServiceReferenceSchema = z.object({ name: z.string(), namespace: z.string() });
export type ServiceReference = z.infer<typeof ServiceReferenceSchema>;

export const WebhookConfigurationSchema = z.object({
  metadata: MetadataSchema,
  webhooks: z
    .array(
      z.object({
        name: z.string(),
        clientConfig: z.object({
          caBundle: z.string().optional(),
          service: ServiceReferenceSchema.optional(),
        }),
      }),
    )
    .default([]),
});
export type WebhookConfiguration = z.infer<typeof WebhookConfigurationSchema>;

export const EndpointSliceSchema = z.object({
  endpoints: z
    .array(z.object({ conditions: z.object({ ready: z.boolean().optional() }).optional() }))
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSliceSchema>;

export interface WebhooksFacts {
  readonly configurations: readonly {
    readonly name: string;
    readonly configuration: Reading<WebhookConfiguration | null>;
  }[];
  readonly services: readonly {
    readonly service: ServiceReference;
    readonly slices: Reading<EndpointSlice[]>;
  }[];
}
