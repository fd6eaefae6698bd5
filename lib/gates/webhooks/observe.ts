import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { ENDPOINT_SLICES, VALIDATING_WEBHOOKS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { WebhooksExpectation } from "./expectation.ts";
import {
  EndpointSliceSchema,
  type ServiceReference,
  WebhookConfigurationSchema,
  type WebhooksFacts,
} from "./facts.ts";

export const observeWebhooks = (
  { validating }: WebhooksExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<WebhooksFacts> =>
  withCluster(now, async (cluster) => {
    const configurations = await Promise.all(
      validating.map(async (name) => ({
        name,
        configuration: await attempt(cluster.get(VALIDATING_WEBHOOKS, { name }, WebhookConfigurationSchema)),
      })),
    );
    const services = new Map<string, ServiceReference>();
    for (const { configuration } of configurations)
      for (const { clientConfig } of (configuration.read && configuration.value?.webhooks) || [])
        if (clientConfig.service)
          services.set(
            `${clientConfig.service.namespace}/${clientConfig.service.name}`,
            clientConfig.service,
          );
    const backends = await Promise.all([...services.values()].map((service) => backend(cluster, service)));
    return { configurations, services: backends };
  });

async function backend(cluster: ClusterReader, service: ServiceReference) {
  const { namespace, name } = service;
  const place = { namespace, labelSelector: `kubernetes.io/service-name=${name}` };
  return { service, slices: await attempt(cluster.list(ENDPOINT_SLICES, place, EndpointSliceSchema)) };
}
