import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { qualityOfService } from "../defaults/initial-status.ts";
import { isObject, type JsonObject, objectAt, objectsAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { quantityOf } from "../quantity.ts";
import { forbidden } from "../status.ts";

const isPod = (kind: ResourceKind): boolean => kind.group === "" && kind.plural === "pods";

/** The limits of a namespace that are of one type: `Container`, `Pod`, `PersistentVolumeClaim`. */
function limitsOf(state: ClusterState, namespace: string | undefined, type: string): JsonObject[] {
  const ranges = state.store.list(state.builtIn("", "limitranges"), namespace);
  return ranges.flatMap((range) => objectsAt(range, "spec", "limits").filter((limit) => limit.type === type));
}

const containersOf = (pod: ApiObject): JsonObject[] =>
  ["initContainers", "containers"].flatMap((list) => objectsAt(pod, "spec", list));

const NOTED = "kubernetes.io/limit-ranger";

/**
 * Gives containers of a new pod what they do not ask for themselves, and notes it on the pod.
 * @see k8s.io/kubernetes/plugin/pkg/admission/limitranger
 */
export function completeRequests(state: ClusterState, kind: ResourceKind, pod: ApiObject): void {
  if (!isPod(kind)) return;
  const limits = limitsOf(state, pod.metadata.namespace, "Container");
  if (limits.length === 0) return;
  const set = containersOf(pod).flatMap((container) => limits.flatMap((limit) => complete(container, limit)));
  if (set.length === 0) return;
  if (isObject(pod.status)) pod.status.qosClass = qualityOfService(pod);
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [NOTED]: `LimitRanger plugin set: ${set.join("; ")}`,
  };
}

function complete(container: JsonObject, limit: JsonObject): string[] {
  const resources = isObject(container.resources) ? container.resources : {};
  const fill = (field: "limits" | "requests", defaults: JsonObject | undefined): string | undefined => {
    const given = objectAt(resources, field) ?? {};
    const missing = Object.entries(defaults ?? {}).filter(([name]) => given[name] === undefined);
    if (missing.length === 0) return undefined;
    resources[field] = { ...given, ...Object.fromEntries(missing) };
    const names = missing.map(([name]) => name).sort();
    return `${names.join(", ")} ${field.slice(0, -1)} for container ${String(container.name)}`;
  };
  // The API server writes the defaults of a range itself: a limit is the request where no other is named.
  const requests = fill("requests", { ...objectAt(limit, "default"), ...objectAt(limit, "defaultRequest") });
  const bounds = fill("limits", objectAt(limit, "default"));
  container.resources = resources;
  return [requests, bounds].filter((text): text is string => text !== undefined);
}

/** Throws Forbidden (403) with every bound that a new pod or claim breaks. */
export function checkLimits(state: ClusterState, kind: ResourceKind, object: ApiObject): void {
  const problems = isPod(kind)
    ? [...podProblems(state, object)]
    : kind.group === "" && kind.plural === "persistentvolumeclaims"
      ? claimProblems(state, object)
      : [];
  if (problems.length === 0) return;
  const all = problems.length === 1 ? (problems[0] ?? "") : `[${problems.join(", ")}]`;
  throw forbidden(kind, object.metadata.name, all);
}

function podProblems(state: ClusterState, pod: ApiObject): string[] {
  const { namespace } = pod.metadata;
  const byContainer = limitsOf(state, namespace, "Container").flatMap((limit) =>
    containersOf(pod).flatMap((container) => bounds("Container", limit, objectAt(container, "resources"))),
  );
  const sum = (field: string): JsonObject => sumOf(containersOf(pod), field);
  const byPod = limitsOf(state, namespace, "Pod").flatMap((limit) =>
    bounds("Pod", limit, { limits: sum("limits"), requests: sum("requests") }),
  );
  return [...byContainer, ...byPod];
}

function sumOf(containers: JsonObject[], field: string): JsonObject {
  const total: Record<string, number> = {};
  for (const container of containers)
    for (const [name, value] of Object.entries(objectAt(container, "resources", field) ?? {}))
      total[name] = (total[name] ?? 0) + quantityOf(value);
  return total;
}

function claimProblems(state: ClusterState, claim: ApiObject): string[] {
  return limitsOf(state, claim.metadata.namespace, "PersistentVolumeClaim").flatMap((limit) =>
    bounds("PersistentVolumeClaim", limit, objectAt(claim, "spec", "resources")),
  );
}

function bounds(type: string, limit: JsonObject, resources: JsonObject | undefined): string[] {
  const [limits, requests] = [objectAt(resources, "limits"), objectAt(resources, "requests")];
  const least = Object.entries(objectAt(limit, "min") ?? {}).flatMap(([name, min]) => {
    const asked = requests?.[name];
    if (asked === undefined)
      return [`minimum ${name} usage per ${type} is ${String(min)}. No request is specified`];
    return quantityOf(asked) < quantityOf(min)
      ? [`minimum ${name} usage per ${type} is ${String(min)}, but request is ${String(asked)}`]
      : [];
  });
  const most = Object.entries(objectAt(limit, "max") ?? {}).flatMap(([name, max]) => {
    const bound = type === "PersistentVolumeClaim" ? requests?.[name] : limits?.[name];
    if (bound === undefined)
      return [`maximum ${name} usage per ${type} is ${String(max)}. No limit is specified`];
    const word = type === "PersistentVolumeClaim" ? "request" : "limit";
    return quantityOf(bound) > quantityOf(max)
      ? [`maximum ${name} usage per ${type} is ${String(max)}, but ${word} is ${String(bound)}`]
      : [];
  });
  return [...least, ...most];
}
