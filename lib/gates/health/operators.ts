/** Kinds of the Prometheus and OpenTelemetry operators. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { fieldsOf, type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

/** Prometheus, Alertmanager and their like. `Available` has a third word, Degraded: some pods are ready. */
export function judgePrometheus({ conditions }: Subject): Health {
  const refused = conditionThatIs(conditions, "Reconciled", "False");
  if (refused) return failed(wordsOf(refused));
  const available = conditions.find(({ type }) => type === "Available");
  if (!available) return progressing("its operator has not seen it yet");
  if (available.status === "True") return healthy("all its pods are ready");
  return available.status === "False" ? failed(wordsOf(available)) : progressing(wordsOf(available));
}

/** `scale.statusReplicas` is "ready/wanted"; a collector on no node has nothing to do. */
export function judgeCollector({ status }: Subject): Health {
  const replicas = textOf(fieldsOf(status, "scale"), "statusReplicas");
  const [ready, wanted] = (replicas ?? "").split("/").map(Number);
  if (ready === undefined || wanted === undefined)
    return progressing("its operator has not counted its pods yet");
  if (ready >= wanted) return healthy(`${replicas} replicas are ready`);
  return ready === 0
    ? failed(`${replicas} replicas are ready`)
    : progressing(`${replicas} replicas are ready`);
}
