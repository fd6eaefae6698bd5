import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { nextTime, parseCron } from "../backups/cron.ts";
import { isTrue } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { report } from "../engine/events.ts";
import { type Fields, isOwnedBy, mapAt, numberAt, ownerReference, textAt } from "../engine/fields.ts";

const COMPONENT = "cronjob-controller";

/** Jobs whenever their time has come (UTC). A time that passed while nobody looked is made up for once. */
export const cronJobs: Controller = {
  name: "cron-jobs",
  watches: {
    CronJob: "self",
    Job: (change, client) => {
      const job = client.get("batch/v1", "Job", change.namespace ?? undefined, change.name);
      const name = job?.metadata.ownerReferences?.find(({ kind }) => kind === "CronJob")?.name;
      const cron =
        name === undefined
          ? undefined
          : client.get("batch/v1", "CronJob", change.namespace ?? undefined, name);
      return cron ? [client.referenceOf(cron)] : [];
    },
  },
  reconcile(cronJob, context) {
    if (cronJob.metadata.deletionTimestamp) return;
    const own = context.client
      .list("batch/v1", "Job", cronJob.metadata.namespace)
      .filter((job) => isOwnedBy(job, cronJob));
    const fired = fire(cronJob, own, context);
    forget(cronJob, own, context);
    writeStatus(cronJob, fired ? [...own, fired.job] : own, fired?.at, context);
  },
};

const hasEnded = (job: ApiObject): boolean => isTrue(job, "Complete") || isTrue(job, "Failed");

/** The Job of the time that is due, if there is one; asks to be called again at the next. */
function fire(
  cronJob: ApiObject,
  own: readonly ApiObject[],
  context: ReconcileContext,
): { job: ApiObject; at: number } | undefined {
  const cron = parseCron(textAt(cronJob, "spec", "schedule"));
  if (!cron) {
    const message = `unparseable schedule: ${textAt(cronJob, "spec", "schedule")}`;
    report(cronJob, context, {
      type: "Warning",
      reason: "UnparseableSchedule",
      message,
      component: COMPONENT,
    });
    return undefined;
  }
  if (mapAt(cronJob, "spec").suspend === true) return undefined;
  const last = textAt(cronJob, "status", "lastScheduleTime") || cronJob.metadata.creationTimestamp;
  let due = nextTime(cron, Date.parse(last));
  let at: number | undefined;
  // Only the latest of several that were missed.
  while (due !== undefined && due <= context.now) {
    at = due;
    due = nextTime(cron, due);
  }
  // A time of day is no latency: it does not scale.
  if (due !== undefined) context.after((due - context.now) / context.options.latencyScale);
  if (at === undefined || isTooLate(cronJob, at, context)) return undefined;
  const job = mayStart(cronJob, own, context) ? make(cronJob, at, context) : undefined;
  return job && { job, at };
}

function isTooLate(cronJob: ApiObject, at: number, context: ReconcileContext): boolean {
  const seconds = numberAt(cronJob, "spec", "startingDeadlineSeconds");
  return seconds !== undefined && at + seconds * 1000 < context.now;
}

function mayStart(cronJob: ApiObject, own: readonly ApiObject[], context: ReconcileContext): boolean {
  const active = own.filter((job) => !hasEnded(job));
  const policy = textAt(cronJob, "spec", "concurrencyPolicy");
  if (policy === "Forbid" && active.length > 0) {
    const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
    report(cronJob, context, { reason: "JobAlreadyActive", message, component: COMPONENT });
    return false;
  }
  if (policy === "Replace") for (const job of active) context.client.delete(job);
  return true;
}

/** `<name>-<minutes since the epoch>`, so that a time has one Job whoever looks how often. */
function make(cronJob: ApiObject, at: number, context: ReconcileContext): ApiObject | undefined {
  const { name, namespace } = cronJob.metadata;
  const template = mapAt(cronJob, "spec", "jobTemplate");
  const metadata = mapAt(template, "metadata");
  const job = context.client.create({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-${Math.floor(at / 60_000)}`,
      namespace: namespace ?? "default",
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: {
        ...mapAt(metadata, "annotations"),
        "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(at),
      },
      ownerReferences: [ownerReference(cronJob)],
    },
    spec: mapAt(template, "spec"),
  });
  if (!job) return undefined;
  const message = `Created job ${job.metadata.name}`;
  report(cronJob, context, { reason: "SuccessfulCreate", message, component: COMPONENT });
  return job;
}

/** Of the Jobs that ended, as many of each kind stay as the history may hold. */
function forget(cronJob: ApiObject, own: readonly ApiObject[], { client }: ReconcileContext): void {
  const newestFirst = (type: string): ApiObject[] =>
    own
      .filter((job) => isTrue(job, type))
      .sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp));
  const kept = { Complete: "successfulJobsHistoryLimit", Failed: "failedJobsHistoryLimit" };
  for (const [type, field] of Object.entries(kept))
    for (const job of newestFirst(type).slice(numberAt(cronJob, "spec", field) ?? 1)) client.delete(job);
}

function writeStatus(
  cronJob: ApiObject,
  jobs: readonly ApiObject[],
  firedAt: number | undefined,
  { client }: ReconcileContext,
): void {
  const active = jobs
    .filter((job) => !hasEnded(job))
    .map(({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }) => ({
      apiVersion,
      kind,
      name,
      namespace: namespace ?? "default",
      uid,
      resourceVersion,
    }));
  const completed = jobs
    .map((job) => textAt(job, "status", "completionTime"))
    .sort()
    .at(-1);
  const names = (list: unknown): string =>
    JSON.stringify((list as Fields[] | undefined)?.map(({ uid }) => uid));
  const live = mapAt(cronJob, "status");
  const status: Fields = {
    ...(names(live.active ?? []) === names(active) ? {} : { active: active.length > 0 ? active : null }),
    ...(firedAt === undefined ? {} : { lastScheduleTime: timestamp(firedAt) }),
    ...(completed && completed !== live.lastSuccessfulTime ? { lastSuccessfulTime: completed } : {}),
  };
  if (Object.keys(status).length > 0) client.patch(cronJob, { status }, "status");
}
