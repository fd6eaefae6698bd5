import { countOf, fieldsOf, type Subject, textOf } from "./subject.ts";
import { type Health, healthy, progressing } from "./verdict.ts";

/** A missing observedGeneration is a status that the controller did not write. */
export function judgeStatefulSet({ spec, status, observedGeneration }: Subject): Health {
  if (observedGeneration === undefined) return progressing("its controller has not seen it yet");
  const wanted = countOf(spec, "replicas") ?? 1;
  const ready = countOf(status, "readyReplicas") ?? 0;
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas are ready`);
  const replicas = countOf(status, "replicas") ?? 0;
  if (replicas > wanted) return progressing(`${replicas - wanted} replicas too many`);
  const strategy = fieldsOf(spec, "updateStrategy");
  if (strategy.type === "OnDelete") return healthy(`${ready} replicas are ready; updates wait for deletions`);
  const updated = countOf(status, "updatedReplicas");
  const partition = countOf(fieldsOf(strategy, "rollingUpdate"), "partition") ?? 0;
  // With a partition the old revision stays on purpose: only the replicas above it must be new.
  if (partition > 0)
    return (updated ?? 0) < wanted - partition
      ? progressing(`${updated ?? 0} of ${wanted - partition} replicas above the partition are updated`)
      : healthy(`${ready} replicas are ready, partition ${partition}`);
  return judgeRevisions(status, wanted);
}

function judgeRevisions(status: Readonly<Record<string, unknown>>, wanted: number): Health {
  const [next, current] = [textOf(status, "updateRevision"), textOf(status, "currentRevision")];
  if (next && current && next !== current)
    return progressing(`${countOf(status, "updatedReplicas") ?? 0} of ${wanted} replicas are at ${next}`);
  const old = countOf(status, "currentReplicas");
  if (old !== undefined && old < wanted)
    return progressing(`${old} of ${wanted} replicas are at the current revision`);
  return healthy(`${wanted} replicas are ready`);
}
