import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import {
  ENDPOINT_SLICES,
  MUTATING_WEBHOOKS,
  type Resource,
  VALIDATING_WEBHOOKS,
} from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { WebhooksExpectation } from "./expectation.ts";
import {
  type Backend,
  type ConfigurationFacts,
  EndpointSliceSchema,
  type ServiceReference,
  WebhookConfigurationSchema,
  type WebhooksFacts,
} from "./facts.ts";

export const observeWebhooks = (
  { validating, mutating }: WebhooksExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<WebhooksFacts> =>
  withCluster(now, async (cluster) => {
    const read =
      (kind: ConfigurationFacts["kind"], resource: Resource) =>
      async (name: string): Promise<ConfigurationFacts> => ({
        kind,
        name,
        configuration: await attempt(cluster.get(resource, { name }, WebhookConfigurationSchema)),
      });
    const configurations = await Promise.all([
      ...validating.map(read("ValidatingWebhookConfiguration", VALIDATING_WEBHOOKS)),
      ...mutating.map(read("MutatingWebhookConfiguration", MUTATING_WEBHOOKS)),
    ]);
    const services = servicesOf(configurations);
    return {
      configurations,
      services: await Promise.all(services.map((service) => observeBackend(cluster, service))),
    };
  });

/** Each once, however many webhooks it serves. */
function servicesOf(configurations: readonly ConfigurationFacts[]): ServiceReference[] {
  const services = new Map<string, ServiceReference>();
  for (const { configuration } of configurations)
    for (const { clientConfig } of (configuration.read && configuration.value?.webhooks) || [])
      if (clientConfig.service)
        services.set(`${clientConfig.service.namespace}/${clientConfig.service.name}`, clientConfig.service);
  return [...services.values()];
}

export async function observeBackend(cluster: ClusterReader, service: ServiceReference): Promise<Backend> {
  const { namespace, name } = service;
  const place = { namespace, labelSelector: `kubernetes.io/service-name=${name}` };
  return { service, slices: await attempt(cluster.list(ENDPOINT_SLICES, place, EndpointSliceSchema)) };
}
