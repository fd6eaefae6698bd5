import { createHash } from "node:crypto";
import { COLLECTIONS, type NodegroupRecord } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { block, count, isSomething, strings, text, texts } from "../attributes.ts";
import type { Deed } from "../aws-type-spec.ts";
import { findResource } from "../resource-store.ts";
import { requireCluster } from "./cluster-record.ts";

export const nodegroups = (world: World) => world.collection<NodegroupRecord>(COLLECTIONS.nodegroups);

export const keyOf = (values: Attributes): string =>
  `${text(values, "cluster_name")}/${text(values, "node_group_name")}`;

export const labelOf = (values: Attributes): string =>
  `${text(values, "cluster_name")}:${text(values, "node_group_name")}`;

export const desired = (values: Attributes): number => count(block(values, "scaling_config"), "desired_size");

/** Bottlerocket numbers its own releases; Amazon Linux AMIs bear the Kubernetes version and a date. */
export const releaseOf = (amiType: string, version: string, { mint }: Deed): string =>
  amiType.startsWith("BOTTLEROCKET") ? `1.51.0-${mint.hex(8, "release")}` : `${version}.2-20261012`;

export function computed(values: Attributes, deed: Deed): Attributes {
  const { context, mint } = deed;
  const home = requireCluster(context.world, text(values, "cluster_name"));
  const amiType = text(values, "ami_type") || "AL2023_x86_64_STANDARD";
  const version = text(values, "version") || home.version;
  const template = block(values, "launch_template");
  return {
    node_group_name:
      text(values, "node_group_name") ||
      `${text(values, "node_group_name_prefix") || "terraform-"}${mint.hex(26)}`,
    node_group_name_prefix: text(values, "node_group_name_prefix"),
    ami_type: amiType,
    capacity_type: text(values, "capacity_type") || "ON_DEMAND",
    // 20 GiB unless chosen; with a launch template the template says.
    disk_size: template ? 0 : count(values, "disk_size") || 20,
    instance_types:
      texts(values, "instance_types").length > 0 ? (values.instance_types ?? []) : ["t3.medium"],
    launch_template: template ? [templateOf(template, context)] : [],
    release_version: text(values, "release_version") || releaseOf(amiType, version, deed),
    resources: [
      {
        autoscaling_groups: [{ name: `eks-${text(values, "node_group_name")}-${mint.uuid("asg")}` }],
        remote_access_security_group_id: "",
      },
    ],
    status: "ACTIVE",
    update_config: isSomething(values.update_config)
      ? (values.update_config ?? [])
      : [{ max_unavailable: 1, max_unavailable_percentage: 0, update_strategy: "DEFAULT" }],
    version,
  };
}

function templateOf(given: Attributes, context: ProviderContext): Attributes {
  const template = findResource(context.world, "aws_launch_template", text(given, "id"));
  return { ...given, name: text(given, "name") || text(template, "name") };
}

export const recordOf = (values: Attributes, context: ProviderContext): NodegroupRecord => {
  const scaling = block(values, "scaling_config");
  return {
    clusterName: text(values, "cluster_name"),
    name: text(values, "node_group_name"),
    arn: text(values, "arn"),
    status: "CREATING",
    version: text(values, "version"),
    amiType: text(values, "ami_type"),
    scaling: {
      minSize: count(scaling, "min_size"),
      maxSize: count(scaling, "max_size"),
      desiredSize: count(scaling, "desired_size"),
    },
    instanceTypes: texts(values, "instance_types"),
    subnets: texts(values, "subnet_ids").sort(),
    healthIssues: [],
    createdAt: context.world.clock.now(),
    tags: strings(values, "tags_all"),
  };
};

/** The last part of a node group's ARN is a uuid of its own; the same group has always the same. */
export function groupUuid(values: Attributes): string {
  const digits = createHash("sha256").update(keyOf(values)).digest("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`;
}
