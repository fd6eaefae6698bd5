import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { type Fields, mapAt, mapsAt, numberAt, type Strings, textAt } from "../engine/fields.ts";
import { contentHash } from "../engine/names.ts";
import { CONTROL_PLANE, ENVOY_API, GATEWAY_API, parentOf } from "./gateway-api.ts";

/** Of Envoy Gateway 1.9; the tag from memory, since its chart does not name the proxy's image. */
const PROXY_IMAGE = "docker.io/envoyproxy/envoy:distroless-v1.39.0";
/** Ports below 1024 are bound above it, since the proxy does not run as root. */
const PORT_SHIFT = 10_000;

export const proxyLabels = (namespace: string | null | undefined, name: string): Strings => ({
  "app.kubernetes.io/component": "proxy",
  "app.kubernetes.io/managed-by": "envoy-gateway",
  "app.kubernetes.io/name": "envoy",
  "gateway.envoyproxy.io/owning-gateway-name": name,
  "gateway.envoyproxy.io/owning-gateway-namespace": namespace ?? "default",
});

/** The settings of a class's proxies. @see https://gateway.envoyproxy.io/docs/tasks/operations/customize-envoyproxy/ */
function settingsOf(gatewayClass: ApiObject, client: ClusterClient): Fields {
  const reference = mapAt(gatewayClass, "spec", "parametersRef");
  const found = client.get(
    ENVOY_API,
    "EnvoyProxy",
    textAt(reference, "namespace"),
    textAt(reference, "name"),
  );
  return mapAt(found, "spec", "provider", "kubernetes");
}

/** Envoy Gateway makes the proxies of all Gateways in its own namespace. */
const homeOf = (client: ClusterClient): string =>
  client.list("apps/v1", "Deployment").find(({ metadata }) => metadata.name === CONTROL_PLANE)?.metadata
    .namespace ?? "envoy-gateway-system";

/** The ports of a Gateway and of the ListenerSets that hang on it. */
function portsOf(gateway: ApiObject, client: ClusterClient): Fields[] {
  const sets = client
    .list(GATEWAY_API, "ListenerSet")
    .filter(
      (set) =>
        parentOf(mapAt(set, "spec", "parentRef"), set.metadata.namespace, client)?.metadata.uid ===
        gateway.metadata.uid,
    );
  const listeners = [gateway, ...sets].flatMap((owner) => mapsAt(owner, "spec", "listeners"));
  const ports = [...new Set(listeners.map(({ port }) => Number(port)))].sort((a, b) => a - b);
  return ports.map((port) => ({
    name: `port-${port}`,
    port,
    protocol: "TCP",
    targetPort: port < 1024 ? port + PORT_SHIFT : port,
  }));
}

export interface Proxy {
  readonly deployment: ApiObject | undefined;
  readonly service: ApiObject | undefined;
}

/** Makes the Deployment and the Service of a Gateway, or brings them up to its class's settings. */
export function ensureProxy(gateway: ApiObject, gatewayClass: ApiObject, client: ClusterClient): Proxy {
  const settings = settingsOf(gatewayClass, client);
  const { name, namespace } = gateway.metadata;
  const home = homeOf(client);
  const labels = proxyLabels(namespace, name);
  const generated = `envoy-${namespace}-${name}-${contentHash(`${namespace}/${name}`, 8)}`;
  return {
    deployment: ensureDeployment(settings, { home, labels, generated }, client),
    service: ensureService(settings, { home, labels, generated }, portsOf(gateway, client), client),
  };
}

interface Place {
  readonly home: string;
  readonly labels: Strings;
  /** Name of what the settings do not name. */
  readonly generated: string;
}

function ensureDeployment(
  settings: Fields,
  { home, labels, generated }: Place,
  client: ClusterClient,
): ApiObject | undefined {
  const wanted = mapAt(settings, "envoyDeployment");
  const name = textAt(wanted, "name") || generated;
  const replicas = numberAt(wanted, "replicas") ?? 1;
  const known = client.get("apps/v1", "Deployment", home, name);
  if (known) {
    if (numberAt(known, "spec", "replicas") !== replicas) client.patch(known, { spec: { replicas } });
    return known;
  }
  const containers = [{ name: "envoy", image: PROXY_IMAGE, ports: [{ containerPort: 19_003 }] }];
  return client.create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: home, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  });
}

function ensureService(
  settings: Fields,
  { home, labels, generated }: Place,
  ports: Fields[],
  client: ClusterClient,
): ApiObject | undefined {
  const wanted = mapAt(settings, "envoyService");
  const name = textAt(wanted, "name") || generated;
  const known = client.get("v1", "Service", home, name);
  if (known) {
    const numbers = (list: Fields[]): string => list.map(({ port }) => port).join();
    if (numbers(mapsAt(known, "spec", "ports")) !== numbers(ports)) client.patch(known, { spec: { ports } });
    return known;
  }
  return client.create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: home, labels, annotations: mapAt(wanted, "annotations") },
    spec: {
      type: textAt(wanted, "type") || "LoadBalancer",
      externalTrafficPolicy: textAt(wanted, "externalTrafficPolicy") || "Local",
      selector: labels,
      ports,
    },
  });
}

/** What was made for a Gateway that is gone. */
export function removeProxy(namespace: string | null | undefined, name: string, client: ClusterClient): void {
  const labels = Object.entries(proxyLabels(namespace, name));
  for (const [apiVersion, kind] of [
    ["v1", "Service"],
    ["apps/v1", "Deployment"],
  ] as const)
    for (const object of client.list(apiVersion, kind))
      if (labels.every(([key, value]) => object.metadata.labels?.[key] === value)) client.delete(object);
}
