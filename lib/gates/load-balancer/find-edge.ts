import type * as z from "zod";
import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import { KubernetesError } from "../../clients/kubernetes/errors.ts";
import { GATEWAYS, INGRESSES, type Resource, SERVICES } from "../../clients/kubernetes/resources.ts";
import { attempt } from "../observing.ts";
import { type Reading, readable } from "../reading.ts";
import { type EdgeAddress, GatewaySchema, IngressSchema, ServiceSchema } from "./facts.ts";

/**
 * What brings visitors into a namespace: Services of type LoadBalancer, Gateways and Ingresses. A Gateway whose
 * Service is beside it says the same twice; a Gateway or Ingress of a controller outside of the cluster's network
 * stands alone.
 */
export async function findEdge(
  cluster: ClusterReader,
  namespace: string,
): Promise<Reading<readonly EdgeAddress[]>> {
  const list = <T>(resource: Resource, schema: z.ZodType<T>) =>
    attempt(served(cluster.list(resource, { namespace }, schema)));
  const [services, gateways, ingresses] = await Promise.all([
    list(SERVICES, ServiceSchema),
    list(GATEWAYS, GatewaySchema),
    list(INGRESSES, IngressSchema),
  ]);
  if (!services.read) return services;
  if (!gateways.read) return gateways;
  if (!ingresses.read) return ingresses;
  const inEdge = (kind: string, name: string): string => `${kind} ${namespace}/${name}`;
  return readable([
    ...services.value
      .filter(({ spec }) => spec.type === "LoadBalancer")
      .map(({ metadata, spec, status }) => ({
        source: inEdge("Service", metadata.name),
        address: firstOf(status?.loadBalancer?.ingress),
        ports: spec.ports.filter(({ protocol }) => protocol === "TCP").map(({ port }) => port),
      })),
    ...gateways.value.map(({ metadata, spec, status }) => ({
      source: inEdge("Gateway", metadata.name),
      address: status?.addresses?.[0]?.value,
      ports: [...new Set(spec.listeners.map(({ port }) => port))],
    })),
    ...ingresses.value.map(({ metadata, spec, status }) => ({
      source: inEdge("Ingress", metadata.name),
      address: firstOf(status?.loadBalancer?.ingress),
      ports: spec.tls === undefined ? [80] : [80, 443],
    })),
  ]);
}

/** A kind that is not installed has no objects. */
async function served<T>(list: Promise<T[]>): Promise<T[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) return [];
    throw error;
  }
}

const firstOf = (
  ingress: readonly { hostname?: string | undefined; ip?: string | undefined }[] | undefined,
): string | undefined => ingress?.[0]?.hostname ?? ingress?.[0]?.ip;
