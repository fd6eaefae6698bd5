import { AwsError } from "../../../../aws/contract.ts";
import { type AddonRecord, COLLECTIONS } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { arnIn, isoTime, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { clusters, EKS, requireCluster } from "./cluster-record.ts";
import { addonVersions, isAddonVersion } from "./versions.ts";

const addons = (world: World) => world.collection<AddonRecord>(COLLECTIONS.addons);

const keyOf = (values: Attributes): string => `${text(values, "cluster_name")}/${text(values, "addon_name")}`;
const labelOf = (values: Attributes): string =>
  `${text(values, "cluster_name")}:${text(values, "addon_name")}`;

const recordOf = (values: Attributes, context: ProviderContext): AddonRecord => {
  const role = text(values, "service_account_role_arn");
  return {
    clusterName: text(values, "cluster_name"),
    name: text(values, "addon_name"),
    arn: text(values, "arn"),
    version: text(values, "addon_version"),
    status: "CREATING",
    healthIssues: [],
    ...(role === "" ? {} : { serviceAccountRoleArn: role }),
    createdAt: context.world.clock.now(),
  };
};

function refuseVersion(values: Attributes, context: ProviderContext): void {
  const home = requireCluster(context.world, text(values, "cluster_name"));
  const name = text(values, "addon_name");
  const version = text(values, "addon_version");
  if (!addonVersions(name, home.version))
    throw new AwsError("InvalidParameterException", `Addon ${name} specified is not supported`);
  if (version !== "" && !isAddonVersion(version))
    throw new AwsError("InvalidParameterException", `Addon version specified is not supported`);
}

/** Seconds by add-on. @see docs/latencies.md, "AWS resources" */
const CREATE_SECONDS: Readonly<Record<string, number>> = { coredns: 15, "aws-ebs-csi-driver": 50 };

export const addon: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_addon",
  title: "EKS Add-On",
  calls: { create: "CreateAddon", read: "DescribeAddon", update: "UpdateAddon", delete: "DeleteAddon" },
  forcesReplacement: ["addon_name", "cluster_name", "namespace_config"],
  changesOnUpdate: ["modified_at"],
  computedBlocks: ["namespace_config"],
  documents: ["configuration_values"],
  label: labelOf,
  unread: ["preserve", "resolve_conflicts_on_create", "resolve_conflicts_on_update"],
  identify: labelOf,
  arn: (values, context) => arnIn(context, "eks", `addon/${keyOf(values)}`),
  computed: (values, { context }) => {
    const home = requireCluster(context.world, text(values, "cluster_name"));
    return {
      addon_version:
        text(values, "addon_version") ||
        addonVersions(text(values, "addon_name"), home.version)?.defaultVersion ||
        "",
      configuration_values: text(values, "configuration_values"),
      created_at: isoTime(context),
      modified_at: isoTime(context),
    };
  },
  refuseCreate: (values, context) => {
    refuseVersion(values, context);
    if (addons(context.world).has(keyOf(values)))
      throw new AwsError("ResourceInUseException", `Addon already exists.`, 409);
  },
  refuseUpdate: refuseVersion,
  created: (values, { context }) => addons(context.world).set(keyOf(values), recordOf(values, context)),
  updated: (values, _, { context }) => {
    const before = addons(context.world).get(keyOf(values));
    const record = recordOf(values, context);
    addons(context.world).set(keyOf(values), {
      ...record,
      createdAt: before?.createdAt ?? record.createdAt,
      status: "UPDATING",
    });
    return { modified_at: isoTime(context) };
  },
  deleted: (values, { world }) => {
    addons(world).delete(keyOf(values));
    world.emit("eks.addon.deleted", {
      cluster: text(values, "cluster_name"),
      addon: text(values, "addon_name"),
    });
  },
  settle: (action, values, { world }) =>
    action === "delete"
      ? undefined
      : (_, endsAt) =>
          world.schedule(endsAt - world.clock.now(), "eks.addon.active", {
            cluster: text(values, "cluster_name"),
            addon: text(values, "addon_name"),
          }),
  lasts: (action, values) => {
    const seconds = CREATE_SECONDS[text(values, "addon_name")];
    return action === "create" && seconds !== undefined ? seconds * 1000 : undefined;
  },
  observe: (values, { world }) => {
    const record = addons(world).get(keyOf(values));
    if (!record || !clusters(world).has(record.clusterName)) return null;
    return { addon_version: record.version, service_account_role_arn: record.serviceAccountRoleArn ?? null };
  },
};
