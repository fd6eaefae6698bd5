import type { ApiServer } from "../../kubernetes/api/api-server.ts";
import { type JsonObject, objectAt, objectsAt } from "../../kubernetes/api/json-values.ts";
import type { KubernetesTwin } from "../../kubernetes/api/kubernetes-twin.ts";
import { SYSTEM_MASTERS } from "../../kubernetes/contract.ts";
import {
  type CertificateRecord,
  type ClusterRecord,
  COLLECTIONS,
  type LoadBalancerRecord,
} from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { gatewaySiteIn } from "./gateway-site.ts";
import { ingressSiteIn } from "./ingress-site.ts";
import { loadBalancerSiteIn } from "./load-balancer-site.ts";

/** What a proxy behind a living load balancer knows of a host, whichever kind of object told it. */
export interface Site {
  readonly server: ApiServer;
  readonly host: string;
  readonly proxy: "ingress-nginx" | "envoy" | "load-balancer";
  /** The Secret with the certificate for this host. */
  readonly secret: { readonly namespace: string; readonly name: string } | undefined;
  /** The certificate of AWS's that a load balancer shows for every host. */
  readonly certificate?: CertificateRecord | undefined;
  /** Whether a firewall refuses who sends no User-Agent. */
  readonly refusesAnonymous?: boolean;
  /** Status with which plain HTTP is sent to HTTPS; undefined where it is answered. */
  readonly redirect: number | undefined;
  /** Where the Services are. */
  readonly namespace: string;
  readonly paths: readonly SitePath[];
}

export interface SitePath {
  readonly path: string;
  readonly exact: boolean;
  readonly service: string;
}

/** The items of a list, asked as a controller of that cluster would. */
export function itemsOf(server: ApiServer, path: string): JsonObject[] {
  const { status, body } = server.handle({ user: SYSTEM_MASTERS, method: "GET", path });
  return status === 200 ? objectsAt(body, "items") : [];
}

export function read(server: ApiServer, path: string): JsonObject | undefined {
  const { status, body } = server.handle({ user: SYSTEM_MASTERS, method: "GET", path });
  return status === 200 ? objectAt(body) : undefined;
}

/** The site that a proxy behind a living load balancer serves this host by, on port 443 or 80. */
export function siteOf(
  { world, kubernetes }: { world: World; kubernetes: KubernetesTwin },
  host: string,
  isSecure: boolean,
): Site | undefined {
  const now = world.clock.now();
  const living = world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .filter(({ activeAt }) => activeAt <= now)
    .map(({ dnsName }) => dnsName.toLowerCase());
  for (const record of world.collection<ClusterRecord>(COLLECTIONS.clusters).values()) {
    if (record.status !== "ACTIVE" && record.status !== "UPDATING") continue;
    const server = kubernetes.cluster(record.name);
    const wanted = { host: host.toLowerCase(), living };
    const site =
      ingressSiteIn(server, wanted) ??
      gatewaySiteIn(server, wanted, isSecure) ??
      loadBalancerSiteIn(server, wanted, world);
    if (site) return site;
  }
  return undefined;
}

/** The host itself, or `*.` with one label in its place. */
export function covers(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern.toLowerCase() === host;
  return host.slice(host.indexOf(".")) === pattern.slice(1).toLowerCase();
}
