import { createHash } from "node:crypto";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ReconcileContext } from "./controller.ts";
import { numberAt } from "./fields.ts";

/** How long the API server keeps events. @see kube-apiserver `--event-ttl` */
const KEPT_MILLISECONDS = 3_600_000;
/** How often old ones are looked for. */
const SWEPT_MILLISECONDS = 600_000;
/** Key: cluster. */
const SWEPT = "controllers.events-swept";

export interface Report {
  readonly type?: "Normal" | "Warning";
  /** One word for machines: `Scheduled`, `FailedCreate`. */
  readonly reason: string;
  readonly message: string;
  /** Who says so: `kubelet`, `deployment-controller`. */
  readonly component: string;
}

/** The same report of the same object is one event, which counts. */
function nameOf(object: ApiObject, { reason, message }: Report): string {
  const digest = createHash("sha256").update(`${object.metadata.uid}/${reason}/${message}`).digest("hex");
  return `${object.metadata.name}.${digest.slice(0, 16)}`;
}

/**
 * Tells people what happened to an object, as `kubectl describe` shows it at its end.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function report(object: ApiObject, context: ReconcileContext, said: Report): void {
  const { client, now } = context;
  const namespace = object.metadata.namespace ?? "default";
  const name = nameOf(object, said);
  const at = timestamp(now);
  const known = client.get("v1", "Event", namespace, name);
  if (known) {
    client.patch(known, { count: (numberAt(known, "count") ?? 1) + 1, lastTimestamp: at });
    return;
  }
  sweep(context);
  const { apiVersion, kind, metadata } = object;
  client.create({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion,
      kind,
      name: metadata.name,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    },
    type: said.type ?? "Normal",
    reason: said.reason,
    message: said.message,
    source: { component: said.component },
    reportingComponent: said.component,
    reportingInstance: "",
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
}

/** What is older than an hour goes when somebody has something new to say. */
function sweep({ client, world, now }: ReconcileContext): void {
  const swept = world.collection<{ at: number }>(SWEPT);
  if (now - (swept.get(client.cluster)?.at ?? 0) < SWEPT_MILLISECONDS) return;
  swept.set(client.cluster, { at: now });
  for (const event of client.list("v1", "Event")) {
    const last = Date.parse(String(event.lastTimestamp ?? event.metadata.creationTimestamp));
    if (now - last > KEPT_MILLISECONDS) client.delete(event);
  }
}
