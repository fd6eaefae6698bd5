import type { ApiObject } from "./api-object.ts";
import { isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json-values.ts";

const isCpu = (metric: JsonObject): boolean =>
  metric.type === "Resource" && textAt(metric, "resource", "name") === "cpu";

/**
 * A HorizontalPodAutoscaler as autoscaling/v1 has it, which knows nothing but the CPU; what else there is, it keeps
 * in annotations, which are left out here.
 * @see k8s.io/kubernetes/pkg/apis/autoscaling/v1/conversion.go
 */
export function olderScaler(scaler: ApiObject): ApiObject {
  const { metrics: _metrics, behavior: _behavior, ...spec } = objectAt(scaler, "spec") ?? {};
  const { conditions: _conditions, currentMetrics: _current, ...status } = objectAt(scaler, "status") ?? {};
  const wanted = numberAt(
    objectsAt(scaler, "spec", "metrics").find(isCpu),
    "resource",
    "target",
    "averageUtilization",
  );
  const is = numberAt(
    objectsAt(scaler, "status", "currentMetrics").find(isCpu),
    "resource",
    "current",
    "averageUtilization",
  );
  return {
    ...scaler,
    apiVersion: "autoscaling/v1",
    spec: { ...spec, ...(wanted === undefined ? {} : { targetCPUUtilizationPercentage: wanted }) },
    status: { ...status, ...(is === undefined ? {} : { currentCPUUtilizationPercentage: is }) },
  };
}

/** A body of autoscaling/v1 in the form that is stored. */
export function newerScaler(body: JsonObject): JsonObject {
  const { targetCPUUtilizationPercentage: wanted, ...spec } = isObject(body.spec) ? body.spec : {};
  const metric = {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: wanted ?? 80 } },
  };
  return { ...body, spec: { ...spec, ...(wanted === undefined ? {} : { metrics: [metric] }) } };
}
