import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { isTrue } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { report } from "../engine/events.ts";
import { type Fields, mapAt, mapsAt, numberAt, textAt } from "../engine/fields.ts";
import { randomSuffix } from "../engine/names.ts";
import { makePod } from "./make-pod.ts";
import { controllerOf, isReady, podOf, podsOf } from "./pod-template.ts";

const COMPONENT = "job-controller";
/** After a failure 10 s, twice as long each time, at most 10 min. @see Job's documentation, "Pod backoff failure policy" */
const FIRST_BACKOFF = 10_000;
const LONGEST_BACKOFF = 600_000;

interface Tally {
  readonly succeeded: number;
  readonly failed: readonly ApiObject[];
  readonly active: readonly ApiObject[];
}

/** Pods of Jobs, as many and as often as the Job says; which of them fail is for whoever runs them to know. */
export const jobs: Controller = {
  name: "jobs",
  watches: {
    Job: "self",
    Pod: (change, client) => {
      const pod = client.get("v1", "Pod", change.namespace ?? undefined, change.name);
      const name = controllerOf(pod, "Job")?.name;
      const job =
        name === undefined ? undefined : client.get("batch/v1", "Job", change.namespace ?? undefined, name);
      return job ? [client.referenceOf(job)] : [];
    },
  },
  reconcile(job, context) {
    if (job.metadata.deletionTimestamp) return;
    if (isTrue(job, "Complete") || isTrue(job, "Failed")) expire(job, context);
    else if (mapAt(job, "spec").suspend === true) suspend(job, context);
    else run(job, context);
  },
};

function run(job: ApiObject, context: ReconcileContext): void {
  const tally = count(podsOf(context.client, job));
  const wanted = numberAt(job, "spec", "completions") ?? 1;
  const limit = numberAt(job, "spec", "backoffLimit") ?? 6;
  const isOver =
    tally.succeeded >= wanted ? "Complete" : tally.failed.length > limit ? "BackoffLimitExceeded" : undefined;
  const end = isOver ?? (isLate(job, context) ? "DeadlineExceeded" : undefined);
  if (end !== undefined) {
    finish(job, context, tally, end);
    return;
  }
  const active = makeMissing(job, tally, wanted - tally.succeeded, context);
  writeStatus(job, context, {
    active: active || null,
    ready: tally.active.filter(isReady).length,
    ...counts(tally),
  });
}

const phaseOf = (pod: ApiObject): string => textAt(pod, "status", "phase");

const count = (pods: readonly ApiObject[]): Tally => ({
  succeeded: pods.filter((pod) => phaseOf(pod) === "Succeeded").length,
  failed: pods.filter((pod) => phaseOf(pod) === "Failed"),
  active: pods.filter((pod) => phaseOf(pod) !== "Succeeded" && phaseOf(pod) !== "Failed"),
});

const counts = ({ succeeded, failed }: Tally): Fields => ({
  ...(succeeded > 0 ? { succeeded } : {}),
  ...(failed.length > 0 ? { failed: failed.length } : {}),
});

/** @returns how many run then */
function makeMissing(job: ApiObject, tally: Tally, left: number, context: ReconcileContext): number {
  const running = tally.active.length;
  const missing = Math.min(numberAt(job, "spec", "parallelism") ?? 1, left) - running;
  const wait = missing > 0 ? backOff(tally, context) : 0;
  if (wait > 0) {
    context.after(wait / context.options.latencyScale);
    return running;
  }
  let made = 0;
  for (let index = 0; index < missing; index++) {
    const labels = { "batch.kubernetes.io/job-name": job.metadata.name, "job-name": job.metadata.name };
    const suffix = randomSuffix(context.world, `${job.metadata.uid}${index > 0 ? `/${index}` : ""}`);
    const pod = podOf(job, mapAt(job, "spec", "template"), `${job.metadata.name}-${suffix}`, labels);
    if (makePod(job, pod, COMPONENT, context) === undefined) made += 1;
  }
  return running + made;
}

/** How long the next try still has to wait, in scaled milliseconds. */
function backOff({ failed }: Tally, context: ReconcileContext): number {
  if (failed.length === 0) return 0;
  const ended = Math.max(...failed.map((pod) => endOf(pod)));
  const pause = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (failed.length - 1));
  return ended + context.scaled(pause) - context.now;
}

const endOf = (pod: ApiObject): number => {
  const ends = mapsAt(pod, "status", "containerStatuses").map((status) =>
    Date.parse(textAt(status, "state", "terminated", "finishedAt")),
  );
  return Math.max(0, ...ends.filter((end) => !Number.isNaN(end)));
};

const startOf = (job: ApiObject, { now }: ReconcileContext): string =>
  textAt(job, "status", "startTime") || timestamp(now);

/** Deadlines are no latencies: they do not scale. */
function isLate(job: ApiObject, context: ReconcileContext): boolean {
  const seconds = numberAt(job, "spec", "activeDeadlineSeconds");
  if (seconds === undefined) return false;
  const due = Date.parse(startOf(job, context)) + seconds * 1000;
  if (due > context.now) context.after((due - context.now) / context.options.latencyScale);
  return due <= context.now;
}

const ENDS = {
  Complete: {
    types: ["SuccessCriteriaMet", "Complete"],
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
  },
  BackoffLimitExceeded: {
    types: ["FailureTarget", "Failed"],
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
  },
  DeadlineExceeded: {
    types: ["FailureTarget", "Failed"],
    reason: "DeadlineExceeded",
    message: "Job was active longer than specified deadline",
  },
} as const;

/** @see k8s.io/kubernetes/pkg/controller/job: both conditions since 1.31 */
function finish(job: ApiObject, context: ReconcileContext, tally: Tally, how: keyof typeof ENDS): void {
  const { types, reason, message } = ENDS[how];
  const at = timestamp(context.now);
  for (const pod of tally.active) context.client.delete(pod);
  writeStatus(job, context, {
    ...(how === "Complete" ? { completionTime: at } : {}),
    active: null,
    ready: 0,
    ...counts(tally),
    conditions: types.map((type) => ({
      type,
      status: "True",
      lastProbeTime: at,
      lastTransitionTime: at,
      reason,
      message,
    })),
  });
  report(
    job,
    context,
    how === "Complete"
      ? { reason: "Completed", message: "Job completed", component: COMPONENT }
      : { type: "Warning", reason, message, component: COMPONENT },
  );
}

function writeStatus(job: ApiObject, context: ReconcileContext, fields: Fields): void {
  const status = {
    startTime: startOf(job, context),
    terminating: 0,
    uncountedTerminatedPods: {},
    ...fields,
  } as Fields;
  const live = mapAt(job, "status");
  const same = Object.entries(status).every(
    ([key, value]) => JSON.stringify(live[key] ?? null) === JSON.stringify(value),
  );
  if (!same) context.client.patch(job, { status }, "status");
}

/** A Job that is suspended loses its pods and begins anew when it is resumed. */
function suspend(job: ApiObject, context: ReconcileContext): void {
  for (const pod of count(podsOf(context.client, job)).active) context.client.delete(pod);
  if (isTrue(job, "Suspended")) return;
  const at = timestamp(context.now);
  const condition = {
    type: "Suspended",
    status: "True",
    lastProbeTime: at,
    lastTransitionTime: at,
    reason: "JobSuspended",
    message: "Job suspended",
  };
  context.client.patch(
    job,
    { status: { active: null, startTime: null, ready: 0, conditions: [condition] } },
    "status",
  );
  report(job, context, { reason: "Suspended", message: "Job suspended", component: COMPONENT });
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/ */
function expire(job: ApiObject, context: ReconcileContext): void {
  const seconds = numberAt(job, "spec", "ttlSecondsAfterFinished");
  if (seconds === undefined) return;
  const ended = mapsAt(job, "status", "conditions").find(
    ({ type }) => type === "Complete" || type === "Failed",
  );
  const due = Date.parse(String(ended?.lastTransitionTime)) + seconds * 1000;
  if (due > context.now) context.after((due - context.now) / context.options.latencyScale);
  else context.client.delete(job);
}
