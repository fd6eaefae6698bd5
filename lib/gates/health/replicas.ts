/** Deployment and ReplicaSet. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { countOf, type Subject } from "./subject.ts";
import { failed, type Health, healthy, progressing, suspended } from "./verdict.ts";

export function judgeDeployment({ spec, status, conditions, observed }: Subject): Health {
  if (spec.paused === true) return suspended("its rollout is paused");
  if (!observed) return progressing("its controller has not seen it yet");
  // First of all: an old ReplicaSet may still serve, and Available be True, while the rollout has failed.
  const stopped = conditionThatIs(conditions, "Progressing", "False");
  if (stopped?.reason === "ProgressDeadlineExceeded") return failed(wordsOf(stopped));
  const wanted = countOf(spec, "replicas") ?? 1;
  const [replicas, updated, available] = ["replicas", "updatedReplicas", "availableReplicas"].map(
    (name) => countOf(status, name) ?? 0,
  ) as [number, number, number];
  if (updated < wanted) return progressing(`${updated} of ${wanted} replicas are updated`);
  if (replicas > updated) return progressing(`${replicas - updated} old replicas are still there`);
  if (available < updated) return progressing(`${available} of ${updated} replicas are available`);
  const against = stopped ?? conditionThatIs(conditions, "Available", "False");
  return against
    ? progressing(wordsOf(against))
    : healthy(`${available} of ${wanted} replicas are available`);
}

/** Seconds after which a pod that cannot be made is a failure: a Deployment's default progress deadline. */
const REPLICA_FAILURE_SECONDS = 600;

export function judgeReplicaSet({ spec, status, conditions, observed }: Subject, now: number): Health {
  if (!observed) return progressing("its controller has not seen it yet");
  const wanted = countOf(spec, "replicas") ?? 1;
  const refused = conditionThatIs(conditions, "ReplicaFailure", "True");
  if (refused) {
    const since = Date.parse(refused.lastTransitionTime ?? "");
    const over = now - since > REPLICA_FAILURE_SECONDS * 1000;
    return over ? failed(wordsOf(refused)) : progressing(wordsOf(refused));
  }
  for (const name of ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"]) {
    const count = countOf(status, name) ?? 0;
    if (count < wanted) return progressing(`${name} is ${count} of ${wanted}`);
  }
  const replicas = countOf(status, "replicas") ?? 0;
  if (replicas > wanted) return progressing(`${replicas - wanted} replicas too many`);
  return healthy(`${wanted} replicas are available`);
}
