import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Change, Controller } from "../engine/controller.ts";
import { type Fields, isOwnedBy, mapAt, mapsAt, matches, ownerReference, textAt } from "../engine/fields.ts";
import { randomSuffix } from "../engine/names.ts";
import { isReady } from "../workloads/pod-template.ts";

/** The addresses behind each Service that selects pods: one slice (a real one holds up to 100). */
export const endpointSlices: Controller = {
  name: "endpoint-slices",
  watches: { Service: "self", Pod: (change, client) => servicesOf(change, client) },
  reconcile(service, { client, world }) {
    const selector = mapAt(service, "spec", "selector");
    if (Object.keys(selector).length === 0 || service.metadata.deletionTimestamp) return;
    const pods = client
      .list("v1", "Pod", service.metadata.namespace)
      .filter((pod) => matches(pod.metadata.labels, selector) && textAt(pod, "status", "podIP") !== "");
    const endpoints = pods.map((pod) => endpointOf(pod, client));
    const slice = client
      .list("discovery.k8s.io/v1", "EndpointSlice", service.metadata.namespace)
      .find((one) => isOwnedBy(one, service));
    const [ports, same] = [
      portsOf(service, pods),
      slice && JSON.stringify(slice.endpoints) === JSON.stringify(endpoints),
    ];
    if (slice && !same) client.patch(slice, { endpoints, ports });
    if (!slice) client.create(sliceOf(service, endpoints, ports, randomSuffix(world, service.metadata.uid)));
  },
};

/** Services of the namespace whose selector fits the pod; all of them when the pod is gone already. */
function servicesOf(change: Change, client: ClusterClient) {
  const namespace = change.namespace ?? undefined;
  const pod = client.get("v1", "Pod", namespace, change.name);
  return client
    .list("v1", "Service", namespace)
    .filter((service) => !pod || matches(pod.metadata.labels, mapAt(service, "spec", "selector")))
    .map((service) => client.referenceOf(service));
}

function endpointOf(pod: ApiObject, client: ClusterClient): Fields {
  const nodeName = textAt(pod, "spec", "nodeName");
  const zone = client.get("v1", "Node", undefined, nodeName)?.metadata.labels?.[
    "topology.kubernetes.io/zone"
  ];
  const { name, namespace, uid } = pod.metadata;
  const ready = isReady(pod);
  return {
    addresses: [textAt(pod, "status", "podIP")],
    conditions: { ready, serving: ready, terminating: false },
    nodeName,
    targetRef: { kind: "Pod", name, namespace: namespace ?? "default", uid },
    ...(zone === undefined ? {} : { zone }),
  };
}

const portsOf = (service: ApiObject, pods: readonly ApiObject[]): Fields[] =>
  mapsAt(service, "spec", "ports").map(({ name, port, protocol, targetPort }) => ({
    name: name ?? "",
    port:
      typeof targetPort === "string" ? (portNamed(targetPort, pods) ?? port ?? 0) : (targetPort ?? port ?? 0),
    protocol: protocol ?? "TCP",
  }));

/** The number that a pod's container gives this name. */
const portNamed = (name: string, [pod]: readonly ApiObject[]): Json | undefined =>
  mapsAt(pod, "spec", "containers")
    .flatMap((container) => mapsAt(container, "ports"))
    .find((port) => port.name === name)?.containerPort;

const sliceOf = (service: ApiObject, endpoints: Fields[], ports: Fields[], suffix: string): Fields => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: `${service.metadata.name}-${suffix}`,
    namespace: service.metadata.namespace ?? "default",
    labels: {
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      "kubernetes.io/service-name": service.metadata.name,
    },
    ownerReferences: [ownerReference(service)],
  },
  addressType: "IPv4",
  endpoints,
  ports,
});

/** Has a Service a pod behind it that answers? */
export const hasReadyEndpoint = (
  client: ClusterClient,
  namespace: string | undefined,
  service: string,
): boolean =>
  client
    .list("discovery.k8s.io/v1", "EndpointSlice", namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === service)
    .some((slice) =>
      mapsAt(slice, "endpoints").some((endpoint) => mapAt(endpoint, "conditions").ready === true),
    );
