import { addFault } from "../world/faults.ts";
import { type ClusterRecord, COLLECTIONS, type NodegroupRecord } from "../world/records.ts";
import type { Break, BreakTarget } from "./break.ts";

/** Changes every node group that is there. */
function changeNodeGroups({ world }: BreakTarget, change: Partial<NodegroupRecord>): void {
  const groups = world.collection<NodegroupRecord>(COLLECTIONS.nodegroups);
  for (const key of groups.keys()) groups.update(key, (record) => ({ ...record, ...change }));
}

export const EKS_BREAKS: readonly Break[] = [
  {
    name: "cluster-never-active",
    description: "the EKS cluster stays CREATING until terraform gives up after 30 minutes",
    prepare: ({ world }) => addFault(world, { kind: "cluster-never-active" }),
  },
  {
    name: "node-group-fails",
    description: "the instances of the node group fail to join the cluster",
    prepare: ({ world }) => addFault(world, { kind: "node-group-fails" }),
  },
  {
    name: "endpoint-open",
    description: "somebody has opened the cluster's endpoint to the whole internet; EKS calls it ACTIVE",
    prepare({ world }) {
      const clusters = world.collection<ClusterRecord>(COLLECTIONS.clusters);
      for (const name of clusters.keys())
        clusters.update(name, (record) => ({
          ...record,
          endpointPublicAccess: true,
          publicAccessCidrs: ["0.0.0.0/0"],
        }));
    },
  },
  {
    name: "node-group-unhealthy",
    description: "the node group is ACTIVE and has a health issue: its subnets have no free address left",
    prepare: (target) =>
      changeNodeGroups(target, {
        healthIssues: [
          { code: "InsufficientFreeAddresses", message: "no free addresses in the subnets", resourceIds: [] },
        ],
      }),
  },
  {
    name: "nodes-too-old",
    description: "the nodes run a Kubernetes that is four minor versions behind the control plane",
    prepare: (target) => changeNodeGroups(target, { version: "1.31" }),
  },
];
