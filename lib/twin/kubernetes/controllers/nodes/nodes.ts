import { strikes } from "../../../world/faults.ts";
import { COLLECTIONS, type FaultRecord, type NodegroupRecord } from "../../../world/records.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { ControllerOptions } from "../engine/controller.ts";
import { type NodePlace, nodeObject } from "./node-object.ts";

export type NodesJoined = { cluster: string; nodegroup: string };
/** `node` counts the nodes of one rolling update from 1. */
export type NodeReplaced = NodesJoined & { node: number };

const GROUP = "eks.amazonaws.com/nodegroup";

/** Words of a kubelet whose network plugin does not answer. */
const NOT_READY =
  "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/**
 * Nodes of a node group join or leave until there are as many as it desires: at once, because the group is ACTIVE
 * only when its instances have joined. EC2 launch to Ready is part of the group's own latency.
 * Honours the fault `node-not-ready` { nodegroup?, remaining? }: a node that joins stays NotReady.
 */
export function joinNodes(
  { world, aws }: ControllerOptions,
  client: ClusterClient,
  { cluster, nodegroup }: NodesJoined,
): void {
  const group = world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).get(`${cluster}/${nodegroup}`);
  const present = client.list("v1", "Node").filter((node) => node.metadata.labels?.[GROUP] === nodegroup);
  const desired = group && group.status !== "DELETING" ? group.scaling.desiredSize : 0;
  for (const node of present.slice(desired)) remove(client, node);
  for (let index = present.length; group && index < desired; index++) {
    const problem = strikes(world, "node-not-ready", (fault) => isMeant(fault, nodegroup))
      ? NOT_READY
      : undefined;
    client.create(
      nodeObject(
        group,
        placeOf(index, aws.region, client, world.drawsOf(`${cluster}/${nodegroup}/${index}`).hex(17)),
        world.clock.now(),
        problem,
      ),
    );
  }
}

/**
 * One step of a rolling update: the oldest node is drained, and one of the group's version takes its place in the
 * same zone. EKS starts the new ones first; here both happen at once.
 */
export function replaceNode(
  { world, aws }: ControllerOptions,
  client: ClusterClient,
  { cluster, nodegroup, node }: NodeReplaced,
): void {
  const group = world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).get(`${cluster}/${nodegroup}`);
  const born = (one: ApiObject): string => one.metadata.creationTimestamp ?? "";
  const [oldest] = client
    .list("v1", "Node")
    .filter(({ metadata }) => metadata.labels?.[GROUP] === nodegroup)
    .sort((one, other) => (born(one) < born(other) ? -1 : born(one) > born(other) ? 1 : 0));
  if (!group || !oldest) return;
  const zone = oldest.metadata.labels?.["topology.kubernetes.io/zone"]?.at(-1) ?? "a";
  const digits = world.drawsOf(`${cluster}/${nodegroup}/${group.version}/${node}`).hex(17);
  const place = placeOf("abc".indexOf(zone), aws.region, client, digits);
  remove(client, oldest);
  client.create(nodeObject(group, place, world.clock.now(), undefined));
}

const isMeant = (fault: FaultRecord, nodegroup: string): boolean =>
  fault.nodegroup === undefined || fault.nodegroup === nodegroup;

/** Round the three zones; addresses out of private subnets of a 10.0.0.0/16. */
function placeOf(index: number, region: string, client: ClusterClient, hex: string): NodePlace {
  const zone = index % 3;
  const taken = new Set(client.list("v1", "Node").map((node) => node.metadata.name));
  let host = 20 + index;
  const nameOf = (): string => `ip-10-0-${zone * 16}-${host}.${region}.compute.internal`;
  while (taken.has(nameOf())) host += 1;
  return {
    region,
    zone: `${region}${"abc"[zone]}`,
    address: `10.0.${zone * 16}.${host}`,
    instanceId: `i-${hex}`,
  };
}

/** Pods of a node that is gone are evicted; their owners make others elsewhere. */
function remove(client: ClusterClient, node: ApiObject): void {
  client.delete(node);
  for (const pod of client.list("v1", "Pod"))
    if ((pod.spec as { nodeName?: string } | undefined)?.nodeName === node.metadata.name) client.delete(pod);
}
