import type { WithCluster } from "../clients/kubernetes/connect.ts";
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  HORIZONTAL_POD_AUTOSCALERS,
  JOBS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  type Resource,
  SERVICES,
  STATEFUL_SETS,
} from "../clients/kubernetes/resources.ts";
import { ClusterObjectSchema, type TouchedObject, touched } from "./cluster-objects.ts";

/** What runs and what is reached; what the gates' functions may read. No secret is among it. */
const KINDS: Readonly<Record<string, Resource>> = {
  Deployment: DEPLOYMENTS,
  StatefulSet: STATEFUL_SETS,
  DaemonSet: DAEMON_SETS,
  Job: JOBS,
  Pod: PODS,
  Service: SERVICES,
  PersistentVolumeClaim: PERSISTENT_VOLUME_CLAIMS,
  HorizontalPodAutoscaler: HORIZONTAL_POD_AUTOSCALERS,
};

/** A state's payload holds 256 KiB; a cluster with more than this was worked on by hand as a whole. */
const KEPT = 200;

/** Objects in the scanned layers' namespaces that somebody has touched by hand since the layer was proven. */
export async function observeTouched(
  provenAt: Readonly<Record<string, string>>,
  namespaces: ReadonlyMap<string, string>,
  withCluster: WithCluster,
  now: Date,
): Promise<TouchedObject[]> {
  const found = await withCluster(now, (cluster) =>
    Promise.all(
      Object.entries(KINDS).map(async ([kind, resource]) => {
        const objects = await cluster.list(resource, {}, ClusterObjectSchema);
        return objects.flatMap((object) => {
          const since = provenAt[namespaces.get(object.metadata.namespace) ?? ""];
          const touch = since === undefined ? undefined : touched(kind, object, new Date(since));
          return touch ?? [];
        });
      }),
    ),
  );
  return found.flat().slice(0, KEPT);
}
