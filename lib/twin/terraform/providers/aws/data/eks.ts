import { type ClusterRecord, COLLECTIONS } from "../../../../world/records.ts";
import { ProviderError } from "../../../contract.ts";
import { flag, text } from "../attributes.ts";
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
