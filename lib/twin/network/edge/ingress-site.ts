import type { ApiServer } from "../../kubernetes/api/api-server.ts";
import { type JsonObject, listAt, objectAt, objectsAt, textAt } from "../../kubernetes/api/json-values.ts";
import type { KubernetesTwin } from "../../kubernetes/api/kubernetes-twin.ts";
import { SYSTEM_MASTERS } from "../../kubernetes/contract.ts";
import { type ClusterRecord, COLLECTIONS, type LoadBalancerRecord } from "../../world/records.ts";
import type { World } from "../../world/world.ts";

/** An Ingress with a host, and where its cluster serves it. */
export interface Site {
  readonly server: ApiServer;
  readonly ingress: JsonObject;
  readonly namespace: string;
  readonly host: string;
}

const CONTROLLER = "k8s.io/ingress-nginx";

/** The items of a list, asked as a controller of that cluster would. */
export function itemsOf(server: ApiServer, path: string): JsonObject[] {
  const { status, body } = server.handle({ user: SYSTEM_MASTERS, method: "GET", path });
  return status === 200 ? objectsAt(body, "items") : [];
}

export function read(server: ApiServer, path: string): JsonObject | undefined {
  const { status, body } = server.handle({ user: SYSTEM_MASTERS, method: "GET", path });
  return status === 200 ? objectAt(body) : undefined;
}

/** The Ingress that a controller behind a living load balancer serves this host by. */
export function siteOf(world: World, kubernetes: KubernetesTwin, host: string): Site | undefined {
  for (const record of world.collection<ClusterRecord>(COLLECTIONS.clusters).values()) {
    if (record.status !== "ACTIVE" && record.status !== "UPDATING") continue;
    const server = kubernetes.cluster(record.name);
    if (!hasLivingBalancer(world, server)) continue;
    const site = siteIn(server, host.toLowerCase());
    if (site) return site;
  }
  return undefined;
}

function hasLivingBalancer(world: World, server: ApiServer): boolean {
  const now = world.clock.now();
  const names = world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .filter(({ activeAt }) => activeAt <= now)
    .map(({ dnsName }) => dnsName.toLowerCase());
  return itemsOf(server, "/api/v1/services")
    .filter((service) =>
      [objectAt(service, "spec", "selector"), objectAt(service, "metadata", "labels")].some(
        (labels) => labels?.["app.kubernetes.io/name"] === "ingress-nginx",
      ),
    )
    .some((service) =>
      objectsAt(service, "status", "loadBalancer", "ingress").some((entry) =>
        names.includes(String(entry.hostname ?? "").toLowerCase()),
      ),
    );
}

function siteIn(server: ApiServer, host: string): Site | undefined {
  const classes = itemsOf(server, "/apis/networking.k8s.io/v1/ingressclasses")
    .filter((entry) => textAt(entry, "spec", "controller") === CONTROLLER)
    .map((entry) => textAt(entry, "metadata", "name"));
  for (const ingress of itemsOf(server, "/apis/networking.k8s.io/v1/ingresses")) {
    if (!classes.includes(classOf(ingress))) continue;
    const rule = objectsAt(ingress, "spec", "rules").find(({ host: own }) => covers(String(own ?? ""), host));
    if (rule) return { server, ingress, host, namespace: textAt(ingress, "metadata", "namespace") ?? "" };
  }
  return undefined;
}

const classOf = (ingress: JsonObject): string | undefined =>
  textAt(ingress, "spec", "ingressClassName") ??
  textAt(ingress, "metadata", "annotations", "kubernetes.io/ingress.class");

/** The host itself, or `*.` with one label in its place. */
export function covers(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern.toLowerCase() === host;
  return host.slice(host.indexOf(".")) === pattern.slice(1).toLowerCase();
}

/** The Secret that the Ingress names for this host; undefined if it has no TLS for it. */
export function tlsSecretName({ ingress, host }: Site): string | undefined {
  const entry = objectsAt(ingress, "spec", "tls").find((tls) =>
    listAt(tls, "hosts").some((own) => covers(String(own), host)),
  );
  return textAt(entry, "secretName");
}
