import { AwsError } from "../../../../aws/contract.ts";
import { COLLECTIONS, type NodegroupRecord } from "../../../../world/records.ts";
import { arnIn, flag, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { created, deleted, isUpgrade, refuseCreate, refuseUpdate, updated } from "./cluster-changes.ts";
import { EKS, observe } from "./cluster-record.ts";
import { computed, refine } from "./cluster-values.ts";

/** 10 minutes, 8 to 25 (estimate). @see docs/latencies.md, "AWS resources" */
const UPGRADE_MILLISECONDS = 10 * 60_000;

export const cluster: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_cluster",
  title: "EKS Cluster",
  calls: {
    create: "CreateCluster",
    read: "DescribeCluster",
    update: "UpdateClusterConfig",
    delete: "DeleteCluster",
  },
  forcesReplacement: [
    "access_config.bootstrap_cluster_creator_admin_permissions",
    "bootstrap_self_managed_addons",
    "encryption_config.provider.key_arn",
    "encryption_config.resources",
    "kubernetes_network_config.ip_family",
    "kubernetes_network_config.service_ipv4_cidr",
    "name",
    "outpost_config",
    "role_arn",
  ],
  defaults: { bootstrap_self_managed_addons: true },
  computedBlocks: [
    "access_config",
    "kubernetes_network_config",
    "upgrade_policy",
    "control_plane_scaling_config",
  ],
  refine,
  identify: (planned) => text(planned, "name"),
  arn: (values, context) => arnIn(context, "eks", `cluster/${text(values, "name")}`),
  computed,
  refuseCreate,
  refuseUpdate,
  refuseDelete: (values, context) => {
    const name = text(values, "name");
    if (flag(values, "deletion_protection"))
      throw new AwsError("InvalidRequestException", "Deletion protection is enabled for the cluster.");
    const groups = context.world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).values();
    if (groups.some((group) => group.clusterName === name))
      throw new AwsError("ResourceInUseException", "Cluster has nodegroups attached", 409);
  },
  created,
  updated,
  deleted,
  observe,
  settle: (action, values, { world }) =>
    action === "delete"
      ? undefined
      : (_, endsAt) =>
          world.schedule(endsAt - world.clock.now(), "eks.cluster.active", { cluster: text(values, "name") }),
  lasts: (action, values, prior) =>
    action === "update" && isUpgrade(values, prior) ? UPGRADE_MILLISECONDS : undefined,
};
