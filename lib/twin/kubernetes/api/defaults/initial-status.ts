import type { Json } from "../../../world/world.ts";
import type { JsonObject } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

/** What the API server itself writes as the status of a new object; controllers do the rest. */
const FIRST: Readonly<Record<string, JsonObject>> = {
  "/namespaces": { phase: "Active" },
  "/pods": { phase: "Pending" },
  "/persistentvolumeclaims": { phase: "Pending" },
  "/persistentvolumes": { phase: "Pending" },
  "/services": { loadBalancer: {} },
  "networking.k8s.io/ingresses": { loadBalancer: {} },
  "apps/deployments": {},
  "apps/replicasets": { replicas: 0 },
  "apps/statefulsets": { replicas: 0, availableReplicas: 0 },
  "apps/daemonsets": {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  },
  "batch/jobs": {},
  "batch/cronjobs": {},
};

/**
 * A client cannot bring a status along when it creates an object, with upstream's exception of nodes,
 * and of custom resources without the subresource, where status is a field like any other.
 */
export function initialStatus(
  kind: ResourceKind,
  content: JsonObject,
  given: Json | undefined,
): Json | undefined {
  if (!kind.subresources.includes("status") || kind.plural === "nodes") return given;
  const first = FIRST[`${kind.group}/${kind.plural}`];
  if (kind.plural === "pods" && first) return { ...first, qosClass: qualityOfService(content) };
  return first;
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qualityOfService(pod: JsonObject): string {
  const spec = pod.spec as
    | { containers?: { resources?: Record<string, Record<string, string>> }[] }
    | undefined;
  const resources = (spec?.containers ?? []).map((container) => container.resources ?? {});
  if (resources.every(({ requests, limits }) => !requests && !limits)) return "BestEffort";
  const isGuaranteed = resources.every(({ requests, limits }) =>
    ["cpu", "memory"].every((name) => limits?.[name] && (requests?.[name] ?? limits[name]) === limits[name]),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}
