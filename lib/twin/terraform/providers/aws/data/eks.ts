import { DEFAULT_VERSION, type OfferedVersion, versionsAt } from "../../../../aws/services/eks-versions.ts";
import { type ClusterRecord, COLLECTIONS } from "../../../../world/records.ts";
import { type Attributes, ProviderError } from "../../../contract.ts";
import { arnIn, flag, text, texts } from "../attributes.ts";
import { addonVersions } from "../eks/versions.ts";
import { findResource } from "../resource-store.ts";
import { awsData, notFound } from "./aws-data.ts";

const isoTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");

export const eksCluster = awsData(
  "aws_eks_cluster",
  "EKS Cluster",
  "EKS",
  (given, { world }) => {
    const name = text(given, "name");
    const record = world.collection<ClusterRecord>(COLLECTIONS.clusters).get(name);
    if (!record) throw notFound("ResourceNotFoundException", `No cluster found for name: ${name}.`);
    const applied = findResource(world, "aws_eks_cluster", name) ?? {};
    const shared = [
      "access_config",
      "kubernetes_network_config",
      "upgrade_policy",
      "vpc_config",
      "role_arn",
      "platform_version",
      "enabled_cluster_log_types",
    ];
    return {
      ...Object.fromEntries(shared.map((member) => [member, applied[member] ?? null])),
      id: name,
      arn: record.arn,
      certificate_authority: [{ data: record.certificateAuthority }],
      created_at: isoTime(record.createdAt),
      endpoint: record.endpoint,
      identity: [{ oidc: [{ issuer: record.oidcIssuer }] }],
      status: record.status,
      tags: record.tags,
      version: record.version,
    };
  },
  "DescribeCluster",
  (given, context) => arnIn(context, "eks", `cluster/${text(given, "name")}`),
);

export const eksAddonVersion = awsData(
  "aws_eks_addon_version",
  "EKS Add-On Versions",
  "EKS",
  (given) => {
    const name = text(given, "addon_name");
    const versions = addonVersions(name, text(given, "kubernetes_version"));
    if (!versions) throw new ProviderError(`reading EKS Add-On version info (${name}): empty result`);
    return { id: name, version: flag(given, "most_recent") ? versions.newest : versions.defaultVersion };
  },
  "DescribeAddonVersions",
);

export const eksClusters = awsData(
  "aws_eks_clusters",
  "EKS Clusters",
  "EKS",
  (_, { world, region }) => ({ id: region, names: world.collection(COLLECTIONS.clusters).keys() }),
  "ListClusters",
);

const offered = ({ version, support, release, standard, extended }: OfferedVersion): Attributes => ({
  cluster_type: "eks",
  cluster_version: version,
  control_plane_component_config: [],
  control_plane_scaling_tiers: [],
  default_platform_version: "eks.1",
  default_version: version === DEFAULT_VERSION,
  release_date: `${release}T00:00:00Z`,
  end_of_standard_support_date: `${standard}T00:00:00Z`,
  end_of_extended_support_date: `${extended}T00:00:00Z`,
  kubernetes_patch_version: `${version}.0`,
  version_status: support,
});

/** Newest first; those out of support only when all are asked for. */
export const eksClusterVersions = awsData(
  "aws_eks_cluster_versions",
  "EKS Cluster Versions",
  "EKS",
  (given, { world }) => {
    const named = texts(given, "cluster_versions_only");
    const wanted = versionsAt(world.clock.now()).filter(
      ({ version, support }) =>
        (named.length > 0
          ? named.includes(version)
          : flag(given, "include_all") || support !== "UNSUPPORTED") &&
        (text(given, "version_status") || support) === support,
    );
    return { cluster_versions: wanted.reverse().map(offered) };
  },
  "DescribeClusterVersions",
);
