/** Kinds of the Prometheus and OpenTelemetry operators. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { fieldsOf, type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

/** Prometheus, Alertmanager and their like. `Available` has a third word, Degraded, and a reason: some pods are ready. */
export function judgePrometheus({ conditions }: Subject): Health {
  const refused = conditionThatIs(conditions, "Reconciled", "False");
  if (refused) return failed(wordsOf(refused));
  const available = conditions.find(({ type }) => type === "Available");
  if (!available) return progressing("its operator has not seen it yet");
  if (available.status === "True") return healthy("all its pods are ready");
  const isPartly = available.reason === "SomePodsNotReady" || available.status === "Degraded";
  return isPartly ? progressing(wordsOf(available)) : failed(wordsOf(available));
}

/**
 * `scale.statusReplicas` is "ready/wanted". A DaemonSet's collector that no node takes has nothing to do, and a
 * sidecar has no pods of its own; none of anything else is a failure.
 */
export function judgeCollector({ spec, status, observed }: Subject): Health {
  const replicas = textOf(fieldsOf(status, "scale"), "statusReplicas");
  const [ready, wanted] = (replicas ?? "").split("/").map(Number);
  if (ready === undefined || wanted === undefined)
    return observed && spec.mode === "sidecar"
      ? healthy("it runs inside other pods")
      : progressing("its operator has not counted its pods yet");
  const words = `${replicas} replicas are ready`;
  if (ready === 0) return spec.mode === "daemonset" && wanted === 0 ? healthy(words) : failed(words);
  return ready >= wanted ? healthy(words) : progressing(words);
}
