import { AwsError } from "../../../../aws/contract.ts";
import { strikes } from "../../../../world/faults.ts";
import { COLLECTIONS } from "../../../../world/records.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { HalfAppliedError } from "../../../plugin/diagnostics.ts";
import { block, flag, text, texts } from "../attributes.ts";
import type { Deed } from "../aws-type-spec.ts";
import { findResource, removeResource, storeResource } from "../resource-store.ts";
import { clusterGroup, clusters, recordOf } from "./cluster-record.ts";
import { publicCidrs } from "./cluster-values.ts";
import { isOffered, minorOf } from "./versions.ts";

/** 30 minutes: the provider's default create timeout for a cluster. */
const CREATE_TIMEOUT_MILLISECONDS = 30 * 60_000;

/**
 * Fault `cluster-never-active` { cluster?, remaining? }: the cluster stays CREATING until the provider gives up;
 * terraform keeps it, tainted.
 */
export function created(values: Attributes, { context }: Deed): void {
  const { world } = context;
  const name = text(values, "name");
  clusters(world).set(name, recordOf(values, context));
  storeResource(world, "eks_cluster_group", text(clusterGroup(values), "id"), clusterGroup(values));
  if (flag(block(values, "access_config"), "bootstrap_cluster_creator_admin_permissions"))
    grantCreator(name, context);
  if (!strikes(world, "cluster-never-active", (fault) => (fault.cluster ?? name) === name)) return;
  context.record({
    action: "create",
    type: "aws_eks_cluster",
    id: name,
    lastsMilliseconds: CREATE_TIMEOUT_MILLISECONDS,
  });
  throw new HalfAppliedError(
    `waiting for EKS Cluster (${name}) create: timeout while waiting for state to become 'ACTIVE' (last state: 'CREATING', timeout: 30m0s)`,
    { ...values, status: "CREATING" },
  );
}

/** Whoever creates a cluster administers it, unless told not to: EKS user guide, access entries. */
function grantCreator(clusterName: string, { world, principal }: ProviderContext): void {
  world.collection(COLLECTIONS.accessEntries).set(`${clusterName}/${principal.roleArn}`, {
    clusterName,
    principalArn: principal.roleArn,
    username: principal.roleArn,
    kubernetesGroups: [],
    policies: [
      {
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        scope: { type: "cluster", namespaces: [] },
      },
    ],
  });
}

function refuseVersion(version: string, { world }: ProviderContext): void {
  if (version !== "" && !isOffered(version, world.clock.now()))
    throw new AwsError("InvalidParameterException", `unsupported Kubernetes version`);
}

export function refuseCreate(values: Attributes, context: ProviderContext): void {
  const name = text(values, "name");
  if (clusters(context.world).has(name))
    throw new AwsError("ResourceInUseException", `Cluster already exists with name: ${name}`, 409);
  refuseVersion(text(values, "version"), context);
  const zones = new Set(
    texts(block(values, "vpc_config"), "subnet_ids").map((id) =>
      text(findResource(context.world, "aws_subnet", id), "availability_zone"),
    ),
  );
  if (zones.size < 2)
    throw new AwsError(
      "InvalidParameterException",
      "Subnets specified must be in at least two different AZs",
    );
}

export function refuseUpdate(values: Attributes, context: ProviderContext, prior: Attributes): void {
  const [wanted, had] = [text(values, "version"), text(prior, "version")];
  if (wanted === had) return;
  refuseVersion(wanted, context);
  if (minorOf(wanted) !== minorOf(had) + 1)
    throw new AwsError(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${had} to ${wanted}`,
    );
}

export const isUpgrade = (values: Attributes, prior: Attributes | null): boolean =>
  prior !== null && text(values, "version") !== text(prior, "version");

export function updated(values: Attributes, prior: Attributes, { context }: Deed): Attributes {
  const given = block(values, "vpc_config") ?? {};
  const open = given.endpoint_public_access !== false;
  const network: Attributes[] = [{ ...given, public_access_cidrs: publicCidrs(given, open) }];
  const all = { ...values, vpc_config: network };
  clusters(context.world).update(text(values, "name"), (record) => ({
    ...recordOf(all, context),
    createdAt: record.createdAt,
    status: isUpgrade(values, prior) ? "UPDATING" : record.status,
    healthIssues: record.healthIssues,
  }));
  return { vpc_config: network };
}

export function deleted(values: Attributes, { world }: ProviderContext): void {
  const name = text(values, "name");
  clusters(world).delete(name);
  removeResource(world, "eks_cluster_group", text(clusterGroup(values), "id"));
  for (const collection of [COLLECTIONS.accessEntries, COLLECTIONS.addons])
    for (const key of world.collection(collection).keys())
      if (key.startsWith(`${name}/`)) world.collection(collection).delete(key);
  world.emit("eks.cluster.deleted", { cluster: name });
}
