import { countOf, fieldsOf, type Subject } from "./subject.ts";
import { type Health, healthy, progressing } from "./verdict.ts";

export function judgeDaemonSet({ spec, status }: Subject): Health {
  const wanted = countOf(status, "desiredNumberScheduled");
  // Argo CD takes an absent number for none, and none for healthy.
  if (wanted === undefined) return progressing("its controller has not counted the nodes yet");
  const ready = countOf(status, "numberReady");
  if (fieldsOf(spec, "updateStrategy").type === "OnDelete")
    return (ready ?? 0) < wanted
      ? progressing(`${ready ?? 0} of ${wanted} pods are ready`)
      : healthy(`${wanted} pods are ready; updates wait for deletions`);
  const counts: [string, number][] = [
    ["updatedNumberScheduled", countOf(status, "updatedNumberScheduled") ?? 0],
    ["numberAvailable", countOf(status, "numberAvailable") ?? 0],
    ["numberReady", ready ?? wanted],
  ];
  for (const [name, count] of counts)
    if (count < wanted) return progressing(`${name} is ${count} of ${wanted}`);
  return healthy(`${wanted} pods are available`);
}
