import type { ClusterClient } from "./cluster-client.ts";
import { numberAt } from "./fields.ts";

/** Has a Deployment or StatefulSet of this name ready pods, in any namespace? A controller without does nothing. */
export const isRunning = (client: ClusterClient, kind: "Deployment" | "StatefulSet", name: string): boolean =>
  client
    .list("apps/v1", kind)
    .some(
      (object) => object.metadata.name === name && (numberAt(object, "status", "readyReplicas") ?? 0) > 0,
    );
