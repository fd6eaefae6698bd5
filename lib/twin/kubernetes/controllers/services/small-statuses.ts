import { matchesSelector } from "../../api/selectors.ts";
import { type Condition, isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller } from "../engine/controller.ts";
import { mapAt, textAt } from "../engine/fields.ts";
import { isReady } from "../workloads/pod-template.ts";
import { hasReadyEndpoint } from "./endpoint-slices.ts";

/** An aggregated API is there when the Service behind it answers. @see kube-aggregator `available_controller` */
export const apiServices: Controller = {
  name: "api-services",
  watches: {
    APIService: "self",
    EndpointSlice: (change, client) =>
      client
        .list("apiregistration.k8s.io/v1", "APIService")
        .filter((one) => change.name.startsWith(textAt(one, "spec", "service", "name") || " "))
        .map((one) => client.referenceOf(one)),
  },
  reconcile(apiService, { client, now }) {
    const [namespace, service] = [
      textAt(apiService, "spec", "service", "namespace"),
      textAt(apiService, "spec", "service", "name"),
    ];
    const available = service === "" || hasReadyEndpoint(client, namespace, service);
    const condition: Condition = available
      ? {
          type: "Available",
          status: "True",
          reason: service === "" ? "Local" : "Passed",
          message: service === "" ? "Local APIServices are always available" : "all checks passed",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MissingEndpoints",
          message: `endpoints for service/${service} in "${namespace}" have no addresses with port name "https"`,
        };
    const known = mapAt(apiService, "status").conditions !== undefined;
    if (!known || isTrue(apiService, "Available") !== available)
      client.patch(
        apiService,
        { status: { conditions: withConditions(apiService, now, condition) } },
        "status",
      );
  },
};

/** Counts of PodDisruptionBudgets. @see k8s.io/kubernetes/pkg/controller/disruption */
export const disruptionBudgets: Controller = {
  name: "disruption-budgets",
  watches: {
    PodDisruptionBudget: "self",
    Pod: (change, client) => {
      const pod = client.get("v1", "Pod", change.namespace ?? undefined, change.name);
      return client
        .list("policy/v1", "PodDisruptionBudget", change.namespace ?? undefined)
        .filter(
          (budget) => !pod || matchesSelector(mapAt(budget, "spec", "selector"), pod.metadata.labels ?? {}),
        )
        .map((budget) => client.referenceOf(budget));
    },
  },
  reconcile(budget, { client, now }) {
    const selector = mapAt(budget, "spec", "selector");
    const pods = client
      .list("v1", "Pod", budget.metadata.namespace)
      .filter((pod) => matchesSelector(selector, pod.metadata.labels ?? {}));
    const healthy = pods.filter(isReady).length;
    const wanted = desiredHealthy(mapAt(budget, "spec"), pods.length);
    const allowed = Math.max(0, healthy - wanted);
    const status = {
      observedGeneration: budget.metadata.generation ?? 1,
      currentHealthy: healthy,
      desiredHealthy: wanted,
      expectedPods: pods.length,
      disruptionsAllowed: allowed,
    };
    const live = mapAt(budget, "status");
    if (Object.entries(status).every(([key, value]) => live[key] === value)) return;
    const condition: Condition = {
      type: "DisruptionAllowed",
      status: allowed > 0 ? "True" : "False",
      reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
      message: "",
    };
    client.patch(
      budget,
      { status: { ...status, conditions: withConditions(budget, now, condition) } },
      "status",
    );
  },
};

/** Numbers and percentages; percentages round up. */
function desiredHealthy(
  { minAvailable, maxUnavailable }: { [key: string]: unknown },
  expected: number,
): number {
  const amount = (value: unknown): number =>
    typeof value === "string" ? Math.ceil((Number.parseInt(value, 10) / 100) * expected) : Number(value);
  if (minAvailable !== undefined) return amount(minAvailable);
  return Math.max(0, expected - amount(maxUnavailable ?? 1));
}
