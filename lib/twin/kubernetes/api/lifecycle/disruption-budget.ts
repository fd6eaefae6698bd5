import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { at, numberAt, objectAt, objectsAt, textAt } from "../json-values.ts";
import { matchesSelector } from "../selectors.ts";
import { ApiError } from "../status.ts";

/** A pod that has not begun or has ended is missed by nobody. */
const isMissed = (pod: ApiObject): boolean =>
  !["Succeeded", "Failed", "Pending"].includes(textAt(pod, "status", "phase") ?? "Pending");

const isReady = (pod: ApiObject): boolean =>
  objectsAt(pod, "status", "conditions").some(({ type, status }) => type === "Ready" && status === "True");

/**
 * Asks the PodDisruptionBudgets of a pod that is to be evicted, and takes the eviction off what they allow. Throws
 * 429 (retryable: the next pod may have come up) if it is not allowed, 500 if several budgets hold the pod.
 * @see k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go
 */
export function checkBudgets(state: ClusterState, pod: ApiObject, isDryRun: boolean): void {
  if (!isMissed(pod)) return;
  const kind = state.builtIn("policy", "poddisruptionbudgets");
  const labels = pod.metadata.labels ?? {};
  const budgets = state.store
    .list(kind, pod.metadata.namespace)
    .filter((budget) => matchesSelector(objectAt(budget, "spec", "selector"), labels));
  const [budget] = budgets;
  if (!budget) return;
  if (budgets.length > 1)
    throw new ApiError(
      500,
      "InternalError",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  const allowed = numberAt(budget, "status", "disruptionsAllowed") ?? 0;
  const isSpared = at(budget, "spec", "unhealthyPodEvictionPolicy") === "AlwaysAllow" && !isReady(pod);
  if (isSpared) return;
  if (allowed <= 0) throw refusal(budget);
  if (isDryRun) return;
  const status = { ...objectAt(budget, "status"), disruptionsAllowed: allowed - 1 };
  state.write(kind, { ...budget, status }, budget);
}

function refusal({ metadata, status }: ApiObject): ApiError {
  const healthy = numberAt(status, "currentHealthy") ?? 0;
  const needed = numberAt(status, "desiredHealthy") ?? 0;
  const why = `The disruption budget ${metadata.name} needs ${needed} healthy pods and has ${healthy} currently`;
  return new ApiError(
    429,
    "TooManyRequests",
    "Cannot evict pod as it would violate the pod's disruption budget.",
    { causes: [{ reason: "DisruptionBudget", message: why }] },
  );
}
