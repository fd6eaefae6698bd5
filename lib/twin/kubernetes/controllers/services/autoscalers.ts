import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { requestedCpu, usageOfPod } from "../../api/metrics/usage.ts";
import { type Condition, isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { report } from "../engine/events.ts";
import { type Fields, mapAt, mapsAt, matches, numberAt, textAt } from "../engine/fields.ts";
import { isReady } from "../workloads/pod-template.ts";

/** @see kube-controller-manager `--horizontal-pod-autoscaler-sync-period` */
const SYNC_MILLISECONDS = 15_000;
/** @see `--horizontal-pod-autoscaler-downscale-stabilization` */
const DOWNSCALE_MILLISECONDS = 300_000;
/** Nothing is done about less. @see `--horizontal-pod-autoscaler-tolerance` */
const TOLERANCE = 0.1;

/** Percent of the request that the ready pods take on average; undefined if it cannot be computed. */
interface Measure {
  readonly utilization: number | undefined;
  readonly problem: string;
}

/** By the CPU alone; other metrics are unknown, and an autoscaler that has only such ones stays where it is. */
export const autoscalers: Controller = {
  name: "autoscalers",
  watches: {
    HorizontalPodAutoscaler: "self",
    Deployment: (change, client) =>
      client
        .list("autoscaling/v2", "HorizontalPodAutoscaler", change.namespace ?? undefined)
        .filter((one) => textAt(one, "spec", "scaleTargetRef", "name") === change.name)
        .map((one) => client.referenceOf(one)),
  },
  reconcile(autoscaler, context) {
    if (autoscaler.metadata.deletionTimestamp) return;
    const kind = textAt(autoscaler, "spec", "scaleTargetRef", "kind");
    const name = textAt(autoscaler, "spec", "scaleTargetRef", "name");
    const target = context.client.get("apps/v1", kind, autoscaler.metadata.namespace, name);
    context.after(SYNC_MILLISECONDS);
    if (!target) {
      const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`;
      write(autoscaler, {}, [holds("AbleToScale", "False", "FailedGetScale", message)], context);
      return;
    }
    adjust(autoscaler, target, context);
  },
};

const holds = (type: string, status: "True" | "False", reason: string, message: string): Condition => ({
  type,
  status,
  reason,
  message,
});

function adjust(autoscaler: ApiObject, target: ApiObject, context: ReconcileContext): void {
  const { current, status, conditions } = situation(autoscaler, target, context);
  if (current === 0) {
    const message = "scaling is disabled since the replica count of the target is zero";
    const disabled = holds("ScalingActive", "False", "ScalingDisabled", message);
    write(autoscaler, { ...status, desiredReplicas: 0 }, [...conditions, disabled], context);
    return;
  }
  const least = numberAt(autoscaler, "spec", "minReplicas") ?? 1;
  const most = numberAt(autoscaler, "spec", "maxReplicas") ?? least;
  const wanted = targetOf(autoscaler);
  const { utilization, problem } = measure(target, context);
  const ratio = utilization === undefined || wanted === undefined ? 1 : utilization / wanted;
  const raw = Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(current * ratio);
  const desired = Math.min(most, Math.max(least, settled(autoscaler, current, raw, context)));
  const scaled = desired !== current;
  if (scaled) rescale(autoscaler, target, desired, ratio, context);
  const active =
    utilization === undefined
      ? holds("ScalingActive", "False", "FailedGetResourceMetric", problem)
      : holds("ScalingActive", "True", "ValidMetricFound", ACTIVE);
  write(
    autoscaler,
    {
      ...status,
      desiredReplicas: desired,
      ...(scaled ? { lastScaleTime: timestamp(context.now) } : {}),
      ...(utilization === undefined ? {} : { currentMetrics: [metricOf(utilization)] }),
    },
    [...conditions, active, limited(raw, least, most)],
    context,
  );
}

const ACTIVE =
  "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)";

function situation(autoscaler: ApiObject, target: ApiObject, { client }: ReconcileContext) {
  const current = numberAt(target, "spec", "replicas") ?? 1;
  const live = client.get("apps/v1", target.kind, target.metadata.namespace, target.metadata.name);
  return {
    current,
    status: {
      observedGeneration: autoscaler.metadata.generation ?? 1,
      currentReplicas: numberAt(live, "status", "replicas") ?? 0,
    },
    conditions: [holds("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")],
  };
}

const targetOf = (autoscaler: ApiObject): number | undefined =>
  numberAt(
    mapsAt(autoscaler, "spec", "metrics").find((metric) => textAt(metric, "resource", "name") === "cpu"),
    "resource",
    "target",
    "averageUtilization",
  );

function measure(target: ApiObject, { client, world }: ReconcileContext): Measure {
  const prefix = "the HPA was unable to compute the replica count: failed to get cpu utilization:";
  const service = client.get("apiregistration.k8s.io/v1", "APIService", undefined, "v1beta1.metrics.k8s.io");
  if (!isTrue(service, "Available"))
    return {
      utilization: undefined,
      problem: `${prefix} unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`,
    };
  const selector = mapAt(target, "spec", "selector", "matchLabels");
  const pods = client
    .list("v1", "Pod", target.metadata.namespace)
    .filter((pod) => matches(pod.metadata.labels, selector) && isReady(pod));
  const asked = pods.map(requestedCpu);
  if (pods.length === 0 || asked.some((cpu) => !cpu))
    return {
      utilization: undefined,
      problem: `${prefix} missing request for cpu in a container of the pods`,
    };
  const total = asked.reduce<number>((sum, cpu) => sum + (cpu ?? 0), 0);
  const used = pods.flatMap((pod) => usageOfPod(world, pod)).reduce((sum, { cpu }) => sum + cpu, 0);
  return { utilization: Math.round((100 * used) / total), problem: "" };
}

/** At most doubled at once, or four more; less only when nothing has been scaled for five minutes. */
function settled(autoscaler: ApiObject, current: number, raw: number, context: ReconcileContext): number {
  if (raw > current) return Math.min(raw, Math.max(2 * current, current + 4));
  const last = Date.parse(textAt(autoscaler, "status", "lastScaleTime"));
  const isQuiet = Number.isNaN(last) || last + DOWNSCALE_MILLISECONDS <= context.now;
  return raw < current && !isQuiet ? current : raw;
}

function rescale(
  autoscaler: ApiObject,
  target: ApiObject,
  desired: number,
  ratio: number,
  context: ReconcileContext,
): void {
  context.client.patch(target, { spec: { replicas: desired } });
  const why =
    ratio > 1
      ? "cpu resource utilization (percentage of request) above target"
      : ratio < 1
        ? "All metrics below target"
        : "Current number of replicas outside of the bounds";
  const message = `New size: ${desired}; reason: ${why}`;
  report(autoscaler, context, {
    reason: "SuccessfulRescale",
    message,
    component: "horizontal-pod-autoscaler",
  });
}

const metricOf = (averageUtilization: number): Fields => ({
  type: "Resource",
  resource: { name: "cpu", current: { averageUtilization } },
});

function limited(raw: number, least: number, most: number): Condition {
  const [type, than] = ["ScalingLimited", "the desired replica count is"];
  if (raw < least)
    return holds(type, "True", "TooFewReplicas", `${than} less than the minimum replica count`);
  if (raw > most)
    return holds(type, "True", "TooManyReplicas", `${than} more than the maximum replica count`);
  return holds(type, "False", "DesiredWithinRange", "the desired count is within the acceptable range");
}

function write(
  autoscaler: ApiObject,
  status: Fields,
  conditions: readonly Condition[],
  { client, now }: ReconcileContext,
): void {
  const live = mapAt(autoscaler, "status");
  const next = { ...status, conditions: withConditions(autoscaler, now, ...conditions) };
  const same = Object.entries(next).every(
    ([key, value]) => JSON.stringify(live[key]) === JSON.stringify(value),
  );
  if (!same) client.patch(autoscaler, { status: next }, "status");
}
