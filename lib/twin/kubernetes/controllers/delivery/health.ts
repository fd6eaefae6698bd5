import type { ApiObject } from "../../api/api-object.ts";
import { conditionOf } from "../engine/conditions.ts";
import { mapAt, mapsAt, numberAt, textAt } from "../engine/fields.ts";

export type Health = "Healthy" | "Suspended" | "Progressing" | "Missing" | "Degraded" | "Unknown";

/** Worst last. @see gitops-engine pkg/health `healthOrder` */
const ORDER: readonly Health[] = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"];
export const worse = (a: Health, b: Health): Health => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a);

/** Health of one object by Argo CD's built-in rules; undefined: its kind has none. @see gitops-engine pkg/health */
export function healthOf(object: ApiObject): Health | undefined {
  if (object.metadata.deletionTimestamp) return "Progressing";
  switch (object.kind) {
    case "Deployment":
      return deployment(object);
    case "StatefulSet":
      return statefulSet(object);
    case "DaemonSet":
      return daemonSet(object);
    case "Service":
      return textAt(object, "spec", "type") === "LoadBalancer" &&
        mapsAt(object, "status", "loadBalancer", "ingress").length === 0
        ? "Progressing"
        : "Healthy";
    case "Ingress":
      return mapsAt(object, "status", "loadBalancer", "ingress").length > 0 ? "Healthy" : "Progressing";
    case "PersistentVolumeClaim":
      return { Bound: "Healthy", Lost: "Degraded" }[textAt(object, "status", "phase")] === undefined
        ? "Progressing"
        : textAt(object, "status", "phase") === "Bound"
          ? "Healthy"
          : "Degraded";
    default:
      return undefined;
  }
}

const isStale = (object: ApiObject): boolean =>
  (numberAt(object, "status", "observedGeneration") ?? 0) < (object.metadata.generation ?? 1);
const count = (object: ApiObject, name: string): number => numberAt(object, "status", name) ?? 0;

function deployment(object: ApiObject): Health {
  if (mapAt(object, "spec").paused === true) return "Suspended";
  if (isStale(object)) return "Progressing";
  if (conditionOf(object, "Progressing")?.reason === "ProgressDeadlineExceeded") return "Degraded";
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const updated = count(object, "updatedReplicas");
  const settled =
    updated >= wanted &&
    count(object, "replicas") <= updated &&
    count(object, "availableReplicas") >= updated;
  return settled ? "Healthy" : "Progressing";
}

function statefulSet(object: ApiObject): Health {
  const { currentRevision, updateRevision } = mapAt(object, "status");
  const settled =
    !isStale(object) &&
    count(object, "readyReplicas") >= (numberAt(object, "spec", "replicas") ?? 1) &&
    currentRevision === updateRevision;
  return settled ? "Healthy" : "Progressing";
}

function daemonSet(object: ApiObject): Health {
  const desired = count(object, "desiredNumberScheduled");
  const settled =
    !isStale(object) &&
    count(object, "updatedNumberScheduled") >= desired &&
    count(object, "numberAvailable") >= desired;
  return settled ? "Healthy" : "Progressing";
}
