import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { listAt, numberAt, objectAt, objectsAt, textAt } from "../json-values.ts";
import type { BuiltInColumns } from "./built-in-columns.ts";
import { type Column, elapsed } from "./column.ts";

const text = (name: string, cell: (object: ApiObject) => Json, priority = 0): Column => ({
  name,
  type: "string",
  priority,
  cell,
});
const count = (name: string, ...path: string[]): Column => ({
  name,
  type: "integer",
  priority: 0,
  cell: (object) => numberAt(object, ...path) ?? 0,
});

const ready = (have: string[], want: string[]): Column =>
  text("Ready", (object) => `${numberAt(object, ...have) ?? 0}/${numberAt(object, ...want) ?? 0}`);

const podSpec = (object: ApiObject): Json | undefined => objectAt(object, "spec", "template", "spec") ?? {};

const images: Column[] = [
  text("Containers", (object) => names(podSpec(object), "name"), 1),
  text("Images", (object) => names(podSpec(object), "image"), 1),
];

const names = (spec: Json | undefined, key: string): string =>
  objectsAt(spec, "containers")
    .map((container) => String(container[key] ?? ""))
    .join(",");

export const selectorText = (selector: Json | undefined): string =>
  Object.entries(objectAt(selector) ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",") || "<none>";

const selector = text(
  "Selector",
  (object) => selectorText(objectAt(object, "spec", "selector", "matchLabels")),
  1,
);

function podReady(pod: ApiObject): string {
  const statuses = objectsAt(pod, "status", "containerStatuses");
  const isReady = statuses.filter((status) => status.ready === true).length;
  return `${isReady}/${listAt(pod, "spec", "containers").length}`;
}

/** What kubectl shows as a pod's status: its phase, unless a container has something worse to say. */
function podStatus(pod: ApiObject): string {
  if (pod.metadata.deletionTimestamp) return "Terminating";
  const initialising = objectsAt(pod, "status", "initContainerStatuses");
  for (const [index, status] of initialising.entries()) {
    if (numberAt(status, "state", "terminated", "exitCode") === 0) continue;
    const reason = textAt(status, "state", "waiting", "reason");
    return reason && reason !== "PodInitializing" ? `Init:${reason}` : `Init:${index}/${initialising.length}`;
  }
  for (const status of objectsAt(pod, "status", "containerStatuses")) {
    const reason =
      textAt(status, "state", "waiting", "reason") ?? textAt(status, "state", "terminated", "reason");
    if (reason) return reason;
  }
  return textAt(pod, "status", "reason") ?? textAt(pod, "status", "phase") ?? "Unknown";
}

const restarts = (pod: ApiObject): number =>
  objectsAt(pod, "status", "containerStatuses").reduce(
    (sum, status) => sum + (numberAt(status, "restartCount") ?? 0),
    0,
  );

function jobStatus(job: ApiObject): string {
  const conditions = objectsAt(job, "status", "conditions").filter(({ status }) => status === "True");
  const found = conditions.find(({ type }) => ["Complete", "Failed", "Suspended"].includes(String(type)));
  return found ? String(found.type) : "Running";
}

/** From its start to its end, or to now. */
function jobDuration(job: ApiObject, now: number): string {
  const start = textAt(job, "status", "startTime");
  const end = textAt(job, "status", "completionTime");
  return start === undefined ? "" : elapsed(start, end === undefined ? now : Date.parse(end));
}

export const WORKLOAD_COLUMNS: Readonly<Record<string, BuiltInColumns>> = {
  "/pods": {
    before: [
      text("Ready", podReady),
      text("Status", podStatus),
      text("Restarts", (pod) => String(restarts(pod))),
    ],
    after: [
      text("IP", (pod) => textAt(pod, "status", "podIP") ?? "<none>", 1),
      text("Node", (pod) => textAt(pod, "spec", "nodeName") ?? "<none>", 1),
      text("Nominated Node", (pod) => textAt(pod, "status", "nominatedNodeName") ?? "<none>", 1),
      text("Readiness Gates", () => "<none>", 1),
    ],
  },
  "apps/deployments": {
    before: [
      ready(["status", "readyReplicas"], ["spec", "replicas"]),
      count("Up-to-date", "status", "updatedReplicas"),
      count("Available", "status", "availableReplicas"),
    ],
    after: [...images, selector],
  },
  "apps/statefulsets": {
    before: [ready(["status", "readyReplicas"], ["spec", "replicas"])],
    after: images,
  },
  "apps/daemonsets": {
    before: [
      count("Desired", "status", "desiredNumberScheduled"),
      count("Current", "status", "currentNumberScheduled"),
      count("Ready", "status", "numberReady"),
      count("Up-to-date", "status", "updatedNumberScheduled"),
      count("Available", "status", "numberAvailable"),
      text("Node Selector", (object) => selectorText(objectAt(podSpec(object), "nodeSelector"))),
    ],
    after: [...images, selector],
  },
  "apps/replicasets": {
    before: [
      count("Desired", "spec", "replicas"),
      count("Current", "status", "replicas"),
      count("Ready", "status", "readyReplicas"),
    ],
    after: [...images, selector],
  },
  "batch/jobs": {
    before: [
      text("Status", jobStatus),
      text(
        "Completions",
        (job) => `${numberAt(job, "status", "succeeded") ?? 0}/${numberAt(job, "spec", "completions") ?? 1}`,
      ),
      { name: "Duration", type: "string", priority: 0, cell: jobDuration },
    ],
    after: images,
  },
};
