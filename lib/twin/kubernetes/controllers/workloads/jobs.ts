import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { isTrue } from "../engine/conditions.ts";
import type { Controller } from "../engine/controller.ts";
import { mapAt, textAt } from "../engine/fields.ts";
import { randomSuffix } from "../engine/names.ts";
import { controllerOf, podOf, podsOf } from "./pod-template.ts";

/** One pod a Job, and no second try: as it ends, the Job ends. CronJobs stay idle: nothing of the platform judges what they run. */
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
  reconcile(job, { client, world, now }) {
    if (
      job.metadata.deletionTimestamp ||
      isTrue(job, "Complete") ||
      isTrue(job, "Failed") ||
      mapAt(job, "spec").suspend === true
    )
      return;
    const [pod] = podsOf(client, job);
    const startTime = textAt(job, "status", "startTime") || timestamp(now);
    if (!pod) {
      const labels = { "batch.kubernetes.io/job-name": job.metadata.name, "job-name": job.metadata.name };
      client.create(
        podOf(
          job,
          mapAt(job, "spec", "template"),
          `${job.metadata.name}-${randomSuffix(world, job.metadata.uid)}`,
          labels,
        ),
      );
      client.patch(
        job,
        { status: { startTime, active: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} } },
        "status",
      );
    } else if (textAt(pod, "status", "phase") === "Succeeded")
      client.patch(job, { status: succeeded(job, startTime, now) }, "status");
    else if (textAt(pod, "status", "phase") === "Failed")
      client.patch(job, { status: failed(startTime, now) }, "status");
  },
};

/** @see k8s.io/kubernetes/pkg/controller/job: both conditions since 1.31 */
function succeeded(_job: ApiObject, startTime: string, now: number) {
  const at = timestamp(now);
  const condition = (type: string) => ({
    type,
    status: "True",
    lastProbeTime: at,
    lastTransitionTime: at,
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
  });
  return {
    startTime,
    completionTime: at,
    succeeded: 1,
    active: null,
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    conditions: [condition("SuccessCriteriaMet"), condition("Complete")],
  };
}

function failed(startTime: string, now: number) {
  const at = timestamp(now);
  const condition = (type: string) => ({
    type,
    status: "True",
    lastProbeTime: at,
    lastTransitionTime: at,
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
  });
  return {
    startTime,
    failed: 1,
    active: null,
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    conditions: [condition("FailureTarget"), condition("Failed")],
  };
}
