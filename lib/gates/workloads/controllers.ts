/**
 * When a controller's workload is up: the rules of `kubectl rollout status`, which Argo CD's gitops-engine shares,
 * but a workload that wants no pods at all is not called healthy.
 * @see https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition, type Metadata } from "../objects.ts";
import { type Question, question } from "../question.ts";
import type { DaemonSet, Deployment, StatefulSet } from "./facts.ts";

const ask = (kind: string, { namespace, name }: Metadata): Question =>
  question("workload-available", `${kind} ${namespace}/${name}`, "every wanted pod updated and available");

export function judgeDeployment({ metadata, spec, status }: Deployment): Finding {
  const q = ask("Deployment", metadata);
  const early = notJudgedYet(q, metadata, status?.observedGeneration);
  if (early || !status) return early ?? q.pending("no status");
  const { replicas, updatedReplicas, availableReplicas } = status;
  const progressing = currentCondition({ metadata, status }, "Progressing");
  if (spec.paused) return q.fail("paused");
  if (spec.replicas === 0) return q.fail("scaled to 0");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    return q.fail(describeCondition(progressing, "Progressing"));
  // A quota or an admission webhook refuses pods, which no pod can tell of.
  const refused = currentCondition({ metadata, status }, "ReplicaFailure");
  if (refused?.status === "True") return q.pending(describeCondition(refused, "ReplicaFailure"));
  if (updatedReplicas < spec.replicas) return q.pending(`${updatedReplicas} of ${spec.replicas} updated`);
  if (replicas > updatedReplicas) return q.pending(`${replicas - updatedReplicas} old pods remain`);
  if (availableReplicas < updatedReplicas)
    return q.pending(`${availableReplicas} of ${updatedReplicas} available`);
  const available = currentCondition({ metadata, status }, "Available");
  if (available?.status === "False") return q.pending(describeCondition(available, "Available"));
  return q.pass(`${availableReplicas} of ${spec.replicas} available`);
}

export function judgeStatefulSet({ metadata, spec, status }: StatefulSet): Finding {
  const q = ask("StatefulSet", metadata);
  const early = notJudgedYet(q, metadata, status?.observedGeneration);
  if (early || !status) return early ?? q.pending("no status");
  const { replicas, readyReplicas, updatedReplicas, currentRevision, updateRevision } = status;
  if (spec.replicas === 0) return q.fail("scaled to 0");
  if (readyReplicas < spec.replicas) return q.pending(`${readyReplicas} of ${spec.replicas} ready`);
  if (replicas > spec.replicas) return q.pending(`${replicas - spec.replicas} pods too many`);
  const ready = q.pass(`${readyReplicas} of ${spec.replicas} ready`);
  // With OnDelete, old pods stay until somebody deletes them: that is what was asked for.
  if (spec.updateStrategy?.type === "OnDelete") return ready;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  // Pods below a partition keep the old revision on purpose, so the revisions never become one.
  if (partition > 0)
    return updatedReplicas < spec.replicas - partition
      ? q.pending(`${updatedReplicas} of ${spec.replicas - partition} above the partition updated`)
      : ready;
  return updateRevision === currentRevision
    ? ready
    : q.pending(`rolling from ${currentRevision} to ${updateRevision}`);
}

export function judgeDaemonSet({ metadata, spec, status }: DaemonSet): Finding {
  const q = ask("DaemonSet", metadata);
  const early = notJudgedYet(q, metadata, status?.observedGeneration);
  if (early || !status) return early ?? q.pending("no status");
  const { desiredNumberScheduled: desired, updatedNumberScheduled: updated } = status;
  const { numberReady, numberAvailable } = status;
  if (desired === undefined) return q.pending("its controller has not counted the nodes");
  if (desired === 0) return unwanted(metadata);
  if (spec.updateStrategy?.type !== "OnDelete" && updated < desired)
    return q.pending(`${updated} of ${desired} updated`);
  if (numberAvailable < desired) return q.pending(`${numberAvailable} of ${desired} available`);
  // Available lags behind: a pod that has just become unready still counts there for a moment.
  if (numberReady < desired) return q.pending(`${numberReady} of ${desired} ready`);
  return q.pass(`${numberAvailable} of ${desired} available`);
}

/**
 * A DaemonSet that no node takes may be meant (the EBS driver's one for Windows nodes), or be a wrong selector:
 * said, but not held against the layer.
 */
function unwanted({ namespace, name }: Metadata): Finding {
  const subject = `DaemonSet ${namespace}/${name}`;
  return question("workload-available", subject, "a node that takes it", "warning").pending(
    "no node takes it (selector or taints)",
  );
}

/** A status of an older generation says nothing about what is wanted now. */
function notJudgedYet(q: Question, metadata: Metadata, observed: number | undefined): Finding | undefined {
  if (metadata.deletionTimestamp) return q.pending("being deleted");
  if (observed === undefined || observed === 0) return q.pending("not seen by its controller yet");
  if (observed < (metadata.generation ?? 0))
    return q.pending(`status is of generation ${observed}, wanted is ${metadata.generation}`);
  return undefined;
}
