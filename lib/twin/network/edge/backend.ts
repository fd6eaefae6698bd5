import { objectAt, objectsAt } from "../../kubernetes/api/json-values.ts";
import { itemsOf, read, type Site, type SitePath } from "./site.ts";

/** The Service behind a path of the site: the longest prefix, or the exact path. */
export function backendOf({ paths }: Site, path: string): string | undefined {
  return paths.filter((entry) => matches(entry, path)).sort((a, b) => b.path.length - a.path.length)[0]
    ?.service;
}

/** @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types, and the same of an HTTPRoute */
function matches(entry: SitePath, path: string): boolean {
  if (entry.exact) return path === entry.path;
  const prefix = entry.path.replace(/(.)\/$/, "$1");
  return prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);
}

/** Whether a Service has anyone to send a request to. */
export function hasReadyEndpoint({ server, namespace }: Site, service: string): boolean {
  const home = `namespaces/${namespace}`;
  const slices = itemsOf(
    server,
    `/apis/discovery.k8s.io/v1/${home}/endpointslices?labelSelector=kubernetes.io/service-name=${service}`,
  );
  if (slices.length > 0)
    return slices.some((slice) =>
      objectsAt(slice, "endpoints").some((endpoint) => objectAt(endpoint, "conditions")?.ready !== false),
    );
  // Nobody writes slices in this cluster: look at the pods as the writer of slices would.
  const selector = objectAt(read(server, `/api/v1/${home}/services/${service}`), "spec", "selector");
  if (!selector) return false;
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
  const pods = itemsOf(server, `/api/v1/${home}/pods?labelSelector=${encodeURIComponent(labels.join(","))}`);
  return pods.some((pod) =>
    objectsAt(pod, "status", "conditions").some(({ type, status }) => type === "Ready" && status === "True"),
  );
}
