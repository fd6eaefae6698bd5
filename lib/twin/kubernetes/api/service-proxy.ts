import { prometheusTargets } from "../applications/prometheus-targets.ts";
import type { KubernetesRequest, KubernetesResponse } from "../contract.ts";
import { objectAt, objectsAt } from "./json-values.ts";
import { shownObjects } from "./shown-objects.ts";
import { serviceUnavailable } from "./status.ts";
import { existingObject } from "./verbs/update.ts";
import type { WriteRequest } from "./verbs/write-request.ts";

/**
 * `services/<[scheme:]name[:port]>/proxy/<path>`: the API server asks a ready endpoint of the Service and hands its
 * answer on. Of the applications behind Services only Prometheus answers here; others have nothing to say at any path.
 */
export function proxyService(write: WriteRequest, { path }: KubernetesRequest): KubernetesResponse {
  const { state, namespace, name = "" } = write;
  const parts = name.split(":");
  const service = existingObject({ ...write, name: parts.length > 2 ? parts[1] : parts[0] });
  const list = (apiVersion: string, kind: string, within?: string) => {
    const found = state.kinds.findKind(apiVersion, kind);
    const objects = found ? state.store.list(found, within) : [];
    return found ? shownObjects(state.world, found, objects, { namespace: within }) : [];
  };
  const ready = list("discovery.k8s.io/v1", "EndpointSlice", namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name)
    .flatMap((slice) => objectsAt(slice, "endpoints"))
    .some((endpoint) => objectAt(endpoint, "conditions")?.ready !== false);
  if (!ready) throw serviceUnavailable(`no endpoints available for service "${service.metadata.name}"`);
  const asked = path.slice(path.indexOf("/proxy/") + "/proxy".length).split("?")[0];
  const isPrometheus = objectAt(service, "spec", "selector")?.["app.kubernetes.io/name"] === "prometheus";
  if (isPrometheus && asked === "/api/v1/targets")
    return { status: 200, body: prometheusTargets(list, state.world) };
  return { status: 404, body: "404 page not found\n" };
}
