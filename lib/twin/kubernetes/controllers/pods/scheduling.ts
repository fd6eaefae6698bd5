import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { isTrue } from "../engine/conditions.ts";
import { textAt } from "../engine/fields.ts";

/** Nodes that take pods: Ready and not cordoned. */
export const schedulableNodes = (client: ClusterClient): ApiObject[] =>
  client
    .list("v1", "Node")
    .filter(
      (node) =>
        isTrue(node, "Ready") &&
        (node.spec as { unschedulable?: boolean } | undefined)?.unschedulable !== true,
    );

/** The node with the fewest pods, the first by name among equals: an even spread, not the scheduler's scoring. */
export function chooseNode(client: ClusterClient): ApiObject | undefined {
  const load = new Map<string, number>();
  for (const pod of client.list("v1", "Pod")) {
    const node = textAt(pod, "spec", "nodeName");
    load.set(node, (load.get(node) ?? 0) + 1);
  }
  const loadOf = (node: ApiObject): number => load.get(node.metadata.name) ?? 0;
  return schedulableNodes(client).sort(
    (a, b) => loadOf(a) - loadOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
  )[0];
}
