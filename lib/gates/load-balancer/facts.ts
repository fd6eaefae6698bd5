import * as z from "zod";
import type { Balancer, Target, TargetGroup } from "../../clients/load-balancing.ts";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export type { Balancer, Target, TargetGroup };

const AddressesSchema = z
  .object({
    loadBalancer: z
      .object({
        ingress: z.array(z.object({ hostname: z.string().optional(), ip: z.string().optional() })).optional(),
      })
      .optional(),
  })
  .optional();

export const ServiceSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    type: z.string().optional(),
    ports: z.array(z.object({ port: z.int(), protocol: z.string().default("TCP") })).default([]),
  }),
  status: AddressesSchema,
});

/** An Ingress says where it is, and that alone: what stands behind it has other checks. */
export const IngressSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ tls: z.array(z.unknown()).optional() }),
  status: AddressesSchema,
});

export const GatewaySchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ listeners: z.array(z.object({ port: z.int() })).default([]) }),
  status: z.object({ addresses: z.array(z.object({ value: z.string().optional() })).optional() }).optional(),
});

/** One object that brings visitors in, whatever the edge is made of. */
export interface EdgeAddress {
  /** `Service edge/ingress-nginx-controller` */
  readonly source: string;
  /** Name or address of its load balancer; undefined while it has none. */
  readonly address: string | undefined;
  /** TCP ports on which it takes visitors. */
  readonly ports: readonly number[];
}

export interface PortFact {
  readonly port: number;
  /** Undefined: a connection was accepted (and, on 443, a TLS handshake completed). */
  readonly problem: string | undefined;
}
export interface LoadBalancerFacts {
  readonly edge: Reading<readonly EdgeAddress[]>;
  /** As AWS sees it; undefined: it knows none of that name. Of the first address, if there is one. */
  readonly balancer: Balancer | undefined;
  /** Of the first address. */
  readonly ports: readonly PortFact[];
}
