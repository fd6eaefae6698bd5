import type { FaultRecord } from "../../../world/records.ts";
import { COLLECTIONS } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { withConditions } from "../engine/conditions.ts";
import type { Change, Controller, ReconcileContext } from "../engine/controller.ts";
import { report } from "../engine/events.ts";
import { annotationsOf, type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { unpullableImage } from "./image-faults.ts";
import { forgetOutput, writeOutput } from "./output.ts";
import { podStatus } from "./pod-status.ts";
import { awaitsFiles, type Outcome, outcomeOf } from "./programs.ts";
import { chooseNode } from "./scheduling.ts";
import { rememberImages, startLatency } from "./start-latency.ts";

/** What a Job's container of this platform works (from memory); its pod has started before. */
const JOB_MILLISECONDS = 3_000;
/** Attach and mount after the volume is bound; part of the 15 s of docs/latencies.md. */
const MOUNT_MILLISECONDS = 3_000;
/** The kubelet pulls again after 10 s, twice as long each time, at most 5 min. @see kubelet `MaxContainerBackOff` */
const FIRST_BACKOFF = 10_000;
const LONGEST_BACKOFF = 300_000;
const SCHEDULER = "default-scheduler";
const KUBELET = "kubelet";

/**
 * Scheduler and kubelet in one: places pods, waits for their volumes, starts them.
 * Honours the faults `image-unpullable` { image: part of its name } — ErrImagePull, then ImagePullBackOff, until the
 * fault is gone — and `application-degraded` { application } — the pods of that Argo CD Application's first
 * Deployment crash after they start, so that its rollout exceeds its deadline.
 */
export const kubelet: Controller = {
  name: "kubelet",
  watches: {
    Pod: "self",
    Node: (_change, client) =>
      pods(client)
        .filter((pod) => textAt(pod, "spec", "nodeName") === "")
        .map((pod) => client.referenceOf(pod)),
    PersistentVolumeClaim: (change, client) => usersOf(change, client),
    PodVolumeRestore: (change, client) => {
      const filled = client.get("velero.io/v1", change.kind, change.namespace ?? undefined, change.name);
      const [namespace, name] = [
        textAt(filled, "spec", "pod", "namespace"),
        textAt(filled, "spec", "pod", "name"),
      ];
      const pod = client.get("v1", "Pod", namespace, name);
      return pod ? [client.referenceOf(pod)] : [];
    },
  },
  reconcile(pod, context) {
    const phase = textAt(pod, "status", "phase");
    if (phase === "Succeeded" || phase === "Failed" || pod.metadata.deletionTimestamp) return;
    if (textAt(pod, "spec", "nodeName") === "") return schedule(pod, context);
    if (phase !== "Running") start(pod, context);
  },
  gone: forgetOutput,
};

const pods = (client: ClusterClient): ApiObject[] => client.list("v1", "Pod");

const usersOf = (change: Change, client: ClusterClient) =>
  client
    .list("v1", "Pod", change.namespace ?? undefined)
    .filter((pod) => claimsOf(pod).includes(change.name))
    .map((pod) => client.referenceOf(pod));

const claimsOf = (pod: ApiObject): string[] =>
  mapsAt(pod, "spec", "volumes").flatMap((volume) => {
    const name = textAt(volume, "persistentVolumeClaim", "claimName");
    return name === "" ? [] : [name];
  });

function schedule(pod: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const node = chooseNode(client);
  if (!node) {
    const count = client.list("v1", "Node").length;
    const message =
      count === 0
        ? "no nodes available to schedule pods"
        : `0/${count} nodes are available: ${count} node(s) had untolerated taint(s).`;
    const condition = { type: "PodScheduled", status: "False" as const, reason: "Unschedulable", message };
    if (mapsAt(pod, "status", "conditions").some((one) => one.reason === "Unschedulable")) return;
    client.patch(
      pod,
      { status: { phase: "Pending", conditions: withConditions(pod, now, condition) } },
      "status",
    );
    report(pod, context, { type: "Warning", reason: "FailedScheduling", message, component: SCHEDULER });
    return;
  }
  client.post(`${client.pathOf(pod)}/binding`, {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace ?? "default" },
    target: { apiVersion: "v1", kind: "Node", name: node.metadata.name },
  });
  const { name, namespace } = pod.metadata;
  const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`;
  report(pod, context, { reason: "Scheduled", message, component: SCHEDULER });
}

function place(
  pod: ApiObject,
  context: ReconcileContext,
  withAddress: boolean,
): { hostIP: string; podIP: string | undefined } {
  const node = context.client.get("v1", "Node", undefined, textAt(pod, "spec", "nodeName"));
  const address = mapsAt(node, "status", "addresses").find(({ type }) => type === "InternalIP")?.address;
  const hostIP = typeof address === "string" ? address : "10.0.0.1";
  if (!withAddress) return { hostIP, podIP: undefined };
  if (mapAt(pod, "spec").hostNetwork === true) return { hostIP, podIP: hostIP };
  return { hostIP, podIP: textAt(pod, "status", "podIP") || freeAddress(hostIP, context) };
}

/** The VPC CNI gives pods addresses of their node's subnet; here: the node's address with two other last bytes. */
function freeAddress(hostIP: string, { world }: ReconcileContext): string {
  const [a = "10", b = "0"] = hostIP.split(".");
  const byte = (from: number, count: number): number => from + Math.floor(world.random() * count);
  return `${a}.${b}.${byte(0, 256)}.${byte(10, 240)}`;
}

/** Volumes first, then the image; then the pod runs. */
function start(pod: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  if (textAt(pod, "status", "startTime") === "") {
    client.patch(pod, { status: podStatus(pod, "creating", place(pod, context, false), now) }, "status");
    return;
  }
  if (!claimsBound(pod, context) || awaitsFiles(pod, context)) return;
  const startedAt = Date.parse(textAt(pod, "status", "startTime"));
  const due =
    startedAt +
    context.scaled(startLatency(pod, context) + (claimsOf(pod).length > 0 ? MOUNT_MILLISECONDS : 0));
  if (due > now) {
    context.after((due - now) / context.options.latencyScale);
    return;
  }
  const image = [...mapsAt(pod, "spec", "initContainers"), ...mapsAt(pod, "spec", "containers")]
    .map((container) => String(container.image))
    .find((one) => unpullableImage(context.world, one));
  if (image !== undefined) {
    backOff(pod, image, due, context);
    return;
  }
  const outcome = outcomeOf(pod, context);
  if (isJobs(pod)) {
    complete(pod, due, outcome ?? { exitCode: 0, message: "" }, context);
    return;
  }
  if (outcome !== undefined || crashes(pod, context)) {
    crash(pod, context, outcome);
    return;
  }
  rememberImages(pod, context);
  reportStarted(pod, context);
  writeOutput(pod, context);
  client.patch(pod, { status: podStatus(pod, "running", place(pod, context, true), now) }, "status");
}

/** A claim that waits for its first consumer is told where that is. */
function claimsBound(pod: ApiObject, { client }: ReconcileContext): boolean {
  let bound = true;
  for (const name of claimsOf(pod)) {
    const claim = client.get("v1", "PersistentVolumeClaim", pod.metadata.namespace, name);
    if (textAt(claim, "status", "phase") === "Bound") continue;
    bound = false;
    const node = textAt(pod, "spec", "nodeName");
    if (claim && annotationsOf(claim)[SELECTED_NODE] === undefined)
      client.patch(claim, { metadata: { annotations: { [SELECTED_NODE]: node } } });
  }
  return bound;
}
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";

function backOff(pod: ApiObject, image: string, due: number, context: ReconcileContext): void {
  const { client, now } = context;
  const elapsed = now - due;
  const reason = elapsed < context.scaled(FIRST_BACKOFF) ? "ErrImagePull" : "ImagePullBackOff";
  const message =
    reason === "ErrImagePull"
      ? `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
      : `Back-off pulling image "${image}"`;
  const shown = mapsAt(pod, "status", "containerStatuses").some(
    (one) => textAt(one, "state", "waiting", "reason") === reason,
  );
  if (!shown) {
    client.patch(
      pod,
      { status: podStatus(pod, { reason, message }, place(pod, context, true), now) },
      "status",
    );
    const event = reason === "ErrImagePull" ? "Failed" : "BackOff";
    report(pod, context, { type: "Warning", reason: event, message, component: KUBELET });
  }
  context.after(Math.min(LONGEST_BACKOFF, Math.max(FIRST_BACKOFF, elapsed / context.options.latencyScale)));
}

/** One event for all containers of each step: a real kubelet tells of each container. */
function reportStarted(pod: ApiObject, context: ReconcileContext): void {
  const containers = mapsAt(pod, "spec", "containers");
  const names = containers.map(({ name }) => name).join(", ");
  const images = [...new Set(containers.map(({ image }) => image))].join(", ");
  const says = (reason: string, message: string): void =>
    report(pod, context, { reason, message, component: KUBELET });
  says("Pulled", `Successfully pulled image "${images}"`);
  says("Started", `Started container ${names}`);
}

const isJobs = (pod: ApiObject): boolean =>
  (pod.metadata.ownerReferences ?? []).some(({ kind }) => kind === "Job");

function complete(pod: ApiObject, due: number, outcome: Outcome, context: ReconcileContext): void {
  const ends = due + context.scaled(JOB_MILLISECONDS);
  if (ends > context.now) {
    context.after((ends - context.now) / context.options.latencyScale);
    return;
  }
  reportStarted(pod, context);
  writeOutput(pod, context, outcome.message);
  context.client.patch(
    pod,
    { status: podStatus(pod, outcome, place(pod, context, true), context.now) },
    "status",
  );
}

/** The first Deployment, by name, that an Application with the fault manages; Argo CD's tracking says whose it is. */
function crashes(pod: ApiObject, { client, world }: ReconcileContext): boolean {
  const faults = world.collection<FaultRecord>(COLLECTIONS.faults).values();
  const applications = faults
    .filter(({ kind }) => kind === "application-degraded")
    .map(({ application }) => String(application));
  if (applications.length === 0) return false;
  const deployments = client.list("apps/v1", "Deployment", pod.metadata.namespace);
  return applications.some((application) => {
    const first = deployments.find((one) =>
      (annotationsOf(one)["argocd.argoproj.io/tracking-id"] ?? "").startsWith(`${application}:`),
    );
    return first !== undefined && pod.metadata.name.startsWith(`${first.metadata.name}-`);
  });
}

function crash(pod: ApiObject, context: ReconcileContext, outcome?: Outcome): void {
  const [container] = mapsAt(pod, "spec", "containers");
  const lastWords = outcome?.message ? { lastWords: outcome.message } : {};
  const message = `back-off 5m0s restarting failed container=${String(container?.name)} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
  const shown = mapsAt(pod, "status", "containerStatuses").some(
    (one) => textAt(one, "state", "waiting", "reason") === "CrashLoopBackOff",
  );
  const status: Fields = podStatus(
    pod,
    { reason: "CrashLoopBackOff", message, ...lastWords },
    place(pod, context, true),
    context.now,
  );
  if (!shown) report(pod, context, { type: "Warning", reason: "BackOff", message, component: KUBELET });
  if (!shown)
    context.client.patch(
      pod,
      { status: { ...status, startTime: textAt(pod, "status", "startTime") || timestamp(context.now) } },
      "status",
    );
  context.after(LONGEST_BACKOFF);
}
