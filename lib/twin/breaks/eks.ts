import { addFault } from "../world/faults.ts";
import { type AddonRecord, type ClusterRecord, COLLECTIONS, type NodegroupRecord } from "../world/records.ts";
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
  {
    name: "cluster-unhealthy",
    description: "the cluster is ACTIVE and has a health issue: the key of its secrets is disabled",
    prepare({ world }) {
      const clusters = world.collection<ClusterRecord>(COLLECTIONS.clusters);
      const issue = {
        code: "KmsKeyDisabled",
        message: "the key of the secrets is disabled",
        resourceIds: [],
      };
      for (const name of clusters.keys())
        clusters.update(name, (record) => ({ ...record, healthIssues: [issue] }));
    },
  },
  {
    name: "addon-degraded",
    description: "the cluster and its nodes are ACTIVE, and the add-on for volumes lacks its permissions",
    prepare({ world }) {
      const addons = world.collection<AddonRecord>(COLLECTIONS.addons);
      const issue = { code: "AccessDenied", message: "not authorized to assume its role", resourceIds: [] };
      for (const [key, { name }] of addons.entries())
        if (name === "aws-ebs-csi-driver")
          addons.update(key, (record) => ({ ...record, status: "DEGRADED" as const, healthIssues: [issue] }));
    },
  },
];
