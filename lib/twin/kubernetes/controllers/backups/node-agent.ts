import type { ClusterClient } from "../engine/cluster-client.ts";
import { numberAt } from "../engine/fields.ts";

/** Nodes whose volumes can be read and written by files. */
export const numberOfReadyAgents = (client: ClusterClient): number =>
  numberAt(client.get("apps/v1", "DaemonSet", "velero", "node-agent"), "status", "numberReady") ?? 0;
