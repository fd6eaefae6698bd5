import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const ServiceSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    type: z.string().optional(),
    ports: z.array(z.object({ port: z.int(), protocol: z.string().default("TCP") })).default([]),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z
            .array(z.object({ hostname: z.string().optional(), ip: z.string().optional() }))
            .optional(),
        })
        .optional(),
    })
    .optional(),
});
export type Service = z.infer<typeof ServiceSchema>;

export interface PortFact {
  readonly port: number;
  /** Undefined: a connection was accepted (and, on 443, a TLS handshake completed). */
  readonly problem: string | undefined;
}
export interface LoadBalancerFacts {
  /** Services of type LoadBalancer. */
  readonly services: Reading<readonly Service[]>;
  /** Of the only one. */
  readonly address: string | undefined;
  readonly ports: readonly PortFact[];
}
