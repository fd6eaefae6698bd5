import { timestamp } from "../../api/api-object.ts";
import { type Condition, isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller } from "../engine/controller.ts";
import { mapAt, matches, numberAt, textAt } from "../engine/fields.ts";
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
          (budget) => !pod || matches(pod.metadata.labels, mapAt(budget, "spec", "selector", "matchLabels")),
        )
        .map((budget) => client.referenceOf(budget));
    },
  },
  reconcile(budget, { client, now }) {
    const selector = mapAt(budget, "spec", "selector", "matchLabels");
    const pods = client
      .list("v1", "Pod", budget.metadata.namespace)
      .filter((pod) => matches(pod.metadata.labels, selector));
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

/** Autoscalers rest at their minimum: nothing loads the platform here. */
export const autoscalers: Controller = {
  name: "autoscalers",
  watches: {
    HorizontalPodAutoscaler: "self",
    Deployment: (change, client) =>
      client
        .list("autoscaling/v2", "HorizontalPodAutoscaler", change.namespace ?? undefined)
        .filter((one) => textAt(one, "spec", "scaleTargetRef", "name") === change.name)
        .map((one) => client.referenceOf(one)),
  },
  reconcile(autoscaler, { client, now }) {
    const target = client.get(
      "apps/v1",
      "Deployment",
      autoscaler.metadata.namespace,
      textAt(autoscaler, "spec", "scaleTargetRef", "name"),
    );
    if (!target) return;
    const least = numberAt(autoscaler, "spec", "minReplicas") ?? 1;
    const current = numberAt(target, "spec", "replicas") ?? 1;
    if (current < least) client.patch(target, { spec: { replicas: least } });
    const status = {
      observedGeneration: 1,
      currentReplicas: numberAt(target, "status", "replicas") ?? 0,
      desiredReplicas: Math.max(least, current),
    };
    const live = mapAt(autoscaler, "status");
    if (Object.entries(status).every(([key, value]) => live[key] === value)) return;
    const holds = (type: string, reason: string, message: string): Condition => ({
      type,
      status: "True",
      reason,
      message,
    });
    const conditions = withConditions(
      autoscaler,
      now,
      holds("AbleToScale", "ReadyForNewScale", "recommended size matches current size"),
      holds(
        "ScalingActive",
        "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
      ),
      {
        type: "ScalingLimited",
        status: "True",
        reason: "TooFewReplicas",
        message: "the desired replica count is less than the minimum replica count",
      },
    );
    client.patch(autoscaler, { status: { ...status, lastScaleTime: timestamp(now), conditions } }, "status");
  },
};
