/** Node, PersistentVolumeClaim, Service, Ingress and volume snapshots. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { fieldsOf, listOf, type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

export function judgeNode({ conditions }: Subject): Health {
  if (conditionThatIs(conditions, "Ready", "True")) return healthy("it is ready");
  const not = conditions.find(({ type }) => type === "Ready");
  return progressing(not ? wordsOf(not) : "its kubelet has not reported yet");
}

export function judgeClaim({ status }: Subject): Health {
  const phase = textOf(status, "phase");
  if (phase === "Bound") return healthy("it is bound");
  if (phase === "Lost") return failed("its volume is lost");
  return progressing(`its phase is ${phase ?? "not set"}`);
}

const hasAddress = (status: Readonly<Record<string, unknown>>): boolean =>
  listOf(fieldsOf(status, "loadBalancer"), "ingress").length > 0;

export function judgeService({ spec, status }: Subject): Health {
  if (spec.type !== "LoadBalancer") return healthy("it needs nothing from outside the cluster");
  return hasAddress(status)
    ? healthy("its load balancer has an address")
    : progressing("its load balancer has no address");
}

export const judgeIngress = ({ status }: Subject): Health =>
  hasAddress(status) ? healthy("it has an address") : progressing("it has no address");

/** VolumeSnapshot and VolumeSnapshotContent. */
export function judgeSnapshot({ status }: Subject): Health {
  if (status.readyToUse === true) return healthy("it is ready to use");
  const error = fieldsOf(status, "error");
  if ("error" in status && Object.keys(error).length > 0)
    return failed(textOf(error, "message") ?? "it reports an error");
  return progressing("it is not ready to use");
}
