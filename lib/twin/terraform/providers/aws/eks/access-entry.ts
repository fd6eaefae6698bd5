import { AwsError } from "../../../../aws/contract.ts";
import { type AccessEntryRecord, COLLECTIONS } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { arnIn, isoTime, text, texts } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { EKS, requireCluster } from "./cluster-record.ts";

export const entries = (world: World) => world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries);

export const keyOf = (values: Attributes): string =>
  `${text(values, "cluster_name")}/${text(values, "principal_arn")}`;

/** The name of a role's sessions in the cluster, as EKS makes it: user guide, access entries. */
function defaultUsername(principalArn: string): string {
  const [, , , , account = "", resource = ""] = principalArn.split(":");
  if (!resource.startsWith("role/")) return principalArn;
  const name = resource.slice(resource.lastIndexOf("/") + 1);
  return `arn:aws:sts::${account}:assumed-role/${name}/{{SessionName}}`;
}

export function refuseMode(values: Attributes, context: ProviderContext): void {
  const home = requireCluster(context.world, text(values, "cluster_name"));
  if (home.authenticationMode === "CONFIG_MAP")
    throw new AwsError(
      "InvalidRequestException",
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
}

export const accessEntry: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_access_entry",
  title: "EKS Access Entry",
  calls: {
    create: "CreateAccessEntry",
    read: "DescribeAccessEntry",
    update: "UpdateAccessEntry",
    delete: "DeleteAccessEntry",
  },
  forcesReplacement: ["cluster_name", "principal_arn", "type"],
  defaults: { type: "STANDARD" },
  changesOnUpdate: ["modified_at"],
  validate: (configuration) => {
    for (const group of texts(configuration, "kubernetes_groups"))
      if (/^(system:|eks:|aws:|amazon:|iam:)/.test(group))
        throw new ProviderError(
          `The kubernetes group name ${group} is invalid, it cannot start with system: or another reserved prefix`,
          ["kubernetes_groups"],
        );
  },
  label: (values) => `${text(values, "cluster_name")}:${text(values, "principal_arn")}`,
  identify: (planned) => `${text(planned, "cluster_name")}:${text(planned, "principal_arn")}`,
  arn: (values, context) => arnIn(context, "eks", `cluster/${text(values, "cluster_name")}`),
  computed: (values, { context, mint }) => {
    const principal = text(values, "principal_arn");
    const [, , , , account = "", resource = ""] = principal.split(":");
    const [kind = "role"] = resource.split("/");
    const name = resource.slice(resource.lastIndexOf("/") + 1);
    return {
      access_entry_arn: arnIn(
        context,
        "eks",
        `access-entry/${text(values, "cluster_name")}/${kind}/${account}/${name}/${mint.uuid()}`,
      ),
      created_at: isoTime(context),
      modified_at: isoTime(context),
      kubernetes_groups: values.kubernetes_groups ?? [],
      user_name: text(values, "user_name") || defaultUsername(principal),
    };
  },
  refuseCreate: (values, context) => {
    refuseMode(values, context);
    if (entries(context.world).has(keyOf(values)))
      throw new AwsError(
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
        409,
      );
  },
  created: (values, { context }) =>
    entries(context.world).set(keyOf(values), {
      clusterName: text(values, "cluster_name"),
      principalArn: text(values, "principal_arn"),
      username: text(values, "user_name"),
      kubernetesGroups: texts(values, "kubernetes_groups").sort(),
      policies: [],
    }),
  updated: (values, _, { context }) => {
    entries(context.world).update(keyOf(values), (record) => ({
      ...record,
      username: text(values, "user_name"),
      kubernetesGroups: texts(values, "kubernetes_groups").sort(),
    }));
    return { modified_at: isoTime(context) };
  },
  deleted: (values, context) => {
    entries(context.world).delete(keyOf(values));
  },
  observe: (values, context) => {
    const record = entries(context.world).get(keyOf(values));
    return record ? { kubernetes_groups: [...record.kubernetesGroups], user_name: record.username } : null;
  },
};
