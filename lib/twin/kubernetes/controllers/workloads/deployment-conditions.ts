import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { type Condition, conditionOf } from "../engine/conditions.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapsAt, numberAt } from "../engine/fields.ts";

/** Ten minutes by default, counted from the rollout's last progress. Timeouts are not latencies: they do not scale. */
export function progressDeadline(deployment: ApiObject, now: number): number {
  const seconds = numberAt(deployment, "spec", "progressDeadlineSeconds") ?? 600;
  const since = Date.parse(String(conditionOf(deployment, "Progressing")?.lastUpdateTime ?? ""));
  return (Number.isNaN(since) ? now : since) + seconds * 1000;
}

/** @see k8s.io/kubernetes/pkg/controller/deployment/progress.go for reasons and words */
export function conditionsOf(
  deployment: ApiObject,
  current: ApiObject,
  { complete, ready, desired }: { complete: boolean; ready: number; desired: number },
  context: ReconcileContext,
): Fields[] {
  const set = current.metadata.name;
  // A quarter may be missing while it rolls, by default; of one or two replicas none.
  const available = ready >= desired - Math.floor(desired / 4);
  const before = conditionOf(deployment, "Progressing");
  const late =
    !complete &&
    before?.reason === "ReplicaSetUpdated" &&
    String(before.message).includes(`"${set}"`) &&
    progressDeadline(deployment, context.now) <= context.now;
  const progressing: Condition = complete
    ? {
        type: "Progressing",
        status: "True",
        reason: "NewReplicaSetAvailable",
        message: `ReplicaSet "${set}" has successfully progressed.`,
      }
    : late
      ? {
          type: "Progressing",
          status: "False",
          reason: "ProgressDeadlineExceeded",
          message: `ReplicaSet "${set}" has timed out progressing.`,
        }
      : {
          type: "Progressing",
          status: "True",
          reason: "ReplicaSetUpdated",
          message: `ReplicaSet "${set}" is progressing.`,
        };
  const availability: Condition = available
    ? {
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
  // Once complete, losing pods is no new rollout, and what timed out stays so until the template changes.
  const ended = before?.reason === "NewReplicaSetAvailable" || before?.reason === "ProgressDeadlineExceeded";
  const settled = !complete && ended && String(before.message).includes(`"${set}"`);
  return [availability, settled ? (before as unknown as Condition) : progressing].map((condition) =>
    stamped(deployment, condition, context.now),
  );
}

/** Deployments keep two times: of the last change of the status, and of the last change of anything. */
export function stamped(deployment: ApiObject, condition: Condition, now: number): Fields {
  const old = mapsAt(deployment, "status", "conditions").find(({ type }) => type === condition.type);
  const at = timestamp(now);
  const sameStatus = old?.status === condition.status;
  const same = sameStatus && old.reason === condition.reason && old.message === condition.message;
  return {
    type: condition.type,
    status: condition.status,
    lastUpdateTime: same ? (old.lastUpdateTime ?? at) : at,
    lastTransitionTime: sameStatus ? (old.lastTransitionTime ?? at) : at,
    reason: condition.reason,
    message: condition.message,
  };
}
