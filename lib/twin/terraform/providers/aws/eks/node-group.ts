import { AwsError } from "../../../../aws/contract.ts";
import { strikes } from "../../../../world/faults.ts";
import {
  type Attributes,
  type Operation,
  type ProviderContext,
  ProviderError,
  UNKNOWN,
} from "../../../contract.ts";
import { HalfAppliedError } from "../../../plugin/diagnostics.ts";
import { arnIn, block, count, isSomething, text } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type-spec.ts";
import { findResource } from "../resource-store.ts";
import { clusters, EKS, requireCluster } from "./cluster-record.ts";
import {
  computed,
  desired,
  groupUuid,
  keyOf,
  labelOf,
  nodegroups,
  recordOf,
  releaseOf,
} from "./node-group-values.ts";
import { minorOf } from "./versions.ts";

/** Nodes that never join: EKS gives up after 20 to 33 minutes. @see docs/latencies.md, "AWS resources" */
const FAILURE_MILLISECONDS = 26 * 60_000;

/** Replacing one node of a rolling update: 4 minutes (3 to 8, estimate). */
const PER_NODE_MILLISECONDS = 4 * 60_000;

/** Fault `node-group-fails` { nodegroup?, remaining? }: instances start and never join the cluster. */
function created(values: Attributes, deed: Deed): void {
  const { context, mint } = deed;
  const name = text(values, "node_group_name");
  const record = recordOf(values, context);
  nodegroups(context.world).set(keyOf(values), record);
  if (!strikes(context.world, "node-group-fails", (fault) => (fault.nodegroup ?? name) === name)) return;
  const instances = Array.from({ length: Math.max(1, desired(values)) }, (_, index) =>
    mint.ec2("i", String(index)),
  );
  const issue = {
    code: "NodeCreationFailure",
    message: "Instances failed to join the kubernetes cluster",
    resourceIds: instances,
  };
  nodegroups(context.world).set(keyOf(values), { ...record, status: "CREATE_FAILED", healthIssues: [issue] });
  context.record({
    action: "create",
    type: "aws_eks_node_group",
    id: text(values, "id"),
    lastsMilliseconds: FAILURE_MILLISECONDS,
  });
  throw new HalfAppliedError(
    `waiting for EKS Node Group (${labelOf(values)}) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: ${instances.join(", ")}: NodeCreationFailure: ${issue.message}`,
    { ...values, status: "CREATE_FAILED" },
  );
}

function refuseVersion(values: Attributes, context: ProviderContext): void {
  const home = requireCluster(context.world, text(values, "cluster_name"));
  const version = text(values, "version");
  if (version !== "" && minorOf(version) > minorOf(home.version))
    throw new AwsError(
      "InvalidParameterException",
      `Requested Nodegroup version ${version} is greater than the cluster's version ${home.version}`,
    );
}

function refuseCreate(values: Attributes, context: ProviderContext): void {
  refuseVersion(values, context);
  if (nodegroups(context.world).has(keyOf(values)))
    throw new AwsError(
      "ResourceInUseException",
      `NodeGroup already exists with name ${text(values, "node_group_name")} and cluster name ${text(values, "cluster_name")}`,
      409,
    );
  const template = text(block(values, "launch_template"), "id");
  if (template !== "" && !findResource(context.world, "aws_launch_template", template))
    throw new AwsError(
      "InvalidRequestException",
      `You do not have permission or the launch template ${template} does not exist.`,
    );
}

function updated(values: Attributes, prior: Attributes, deed: Deed): Attributes {
  const { context } = deed;
  const before = nodegroups(context.world).get(keyOf(values));
  const moved = text(values, "version") !== text(prior, "version");
  const rolling = rolls(values, prior);
  const release = moved
    ? releaseOf(text(values, "ami_type"), text(values, "version"), deed)
    : text(values, "release_version");
  const record = recordOf(values, context);
  nodegroups(context.world).set(keyOf(values), {
    ...record,
    createdAt: before?.createdAt ?? record.createdAt,
    status: rolling ? "UPDATING" : (before?.status ?? "ACTIVE"),
    healthIssues: before?.healthIssues ?? [],
  });
  return { release_version: release };
}

function deleted(values: Attributes, { world }: ProviderContext): void {
  nodegroups(world).delete(keyOf(values));
  world.emit("eks.nodes.left", {
    cluster: text(values, "cluster_name"),
    nodegroup: text(values, "node_group_name"),
  });
}

/** An update replaces every node when version or template change; scaling and labels are quick. */
const rolls = (values: Attributes, prior: Attributes): boolean =>
  ["version", "release_version", "launch_template"].some(
    (name) => JSON.stringify(values[name]) !== JSON.stringify(prior[name]),
  );

function lasts(action: string, values: Attributes, prior: Attributes | null): number | undefined {
  if (action !== "update" || !prior) return undefined;
  return rolls(values, prior) ? Math.max(1, desired(values)) * PER_NODE_MILLISECONDS : 30_000;
}

/** A group becomes ACTIVE with its nodes; while it is UPDATING, they are replaced one by one. */
function settle(action: string, values: Attributes, { world }: ProviderContext): Operation["settle"] {
  if (action === "delete") return undefined;
  const event = { cluster: text(values, "cluster_name"), nodegroup: text(values, "node_group_name") };
  return (startsAt, endsAt) => {
    const later = (at: number): number => at - world.clock.now();
    if (action === "update" && nodegroups(world).get(keyOf(values))?.status === "UPDATING")
      for (let node = 1; node <= desired(values); node++)
        world.schedule(later(startsAt + node * PER_NODE_MILLISECONDS), "eks.node.replaced", {
          ...event,
          node,
        });
    world.schedule(later(endsAt), "eks.nodegroup.active", event);
  };
}

export const nodeGroup: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_node_group",
  title: "EKS Node Group",
  calls: {
    create: "CreateNodegroup",
    read: "DescribeNodegroup",
    update: "UpdateNodegroupConfig",
    delete: "DeleteNodegroup",
  },
  forcesReplacement: [
    "ami_type",
    "capacity_type",
    "cluster_name",
    "disk_size",
    "instance_types",
    "launch_template.id",
    "launch_template.name",
    "node_group_name",
    "node_group_name_prefix",
    "node_role_arn",
    "remote_access",
    "subnet_ids",
  ],
  computedBlocks: ["update_config"],
  validate: (configuration) => {
    const scaling = block(configuration, "scaling_config");
    if (count(scaling, "max_size") < 1 && scaling?.max_size !== UNKNOWN && isSomething(scaling?.max_size))
      throw new ProviderError("expected scaling_config.0.max_size to be at least (1)", [
        "scaling_config",
        0,
        "max_size",
      ]);
  },
  label: labelOf,
  identify: (planned, { mint }) =>
    text(planned, "node_group_name")
      ? labelOf(planned)
      : `${text(planned, "cluster_name")}:${text(planned, "node_group_name_prefix") || "terraform-"}${mint.hex(26)}`,
  arn: (values, context) => {
    const path = `${text(values, "cluster_name")}/${text(values, "node_group_name")}`;
    return arnIn(context, "eks", `nodegroup/${path}/${groupUuid(values)}`);
  },
  computed,
  refuseCreate,
  refuseUpdate: refuseVersion,
  created,
  updated,
  deleted,
  settle,
  lasts,
  observe: (values, { world }) => {
    const record = nodegroups(world).get(keyOf(values));
    if (!record || !clusters(world).has(record.clusterName)) return null;
    return {
      status: record.status,
      version: record.version,
      scaling_config: [
        {
          min_size: record.scaling.minSize,
          max_size: record.scaling.maxSize,
          desired_size: record.scaling.desiredSize,
        },
      ],
      tags_all: { ...record.tags },
    };
  },
};
