import type { ParameterRecord } from "../../../../aws/collections.ts";
import {
  type ClusterRecord,
  COLLECTIONS,
  type DnsRecord,
  type LoadBalancerRecord,
  type RoleRecord,
  type ZoneRecord,
} from "../../../../world/records.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { blocks, flag, isSomething, strings, text, texts } from "../attributes.ts";
import { addonVersions } from "../eks/versions.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { bareName } from "../route53.ts";
import { awsData, notFound } from "./aws-data.ts";

const hasTags = (tags: Record<string, string>, wanted: Record<string, string>): boolean =>
  Object.entries(wanted).every(([key, value]) => tags[key] === value);

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

export const route53Zone = awsData(
  "aws_route53_zone",
  "Route 53 Hosted Zone",
  "Route 53",
  (given, { world }) => {
    const found = world
      .collection<ZoneRecord>(COLLECTIONS.zones)
      .values()
      .filter((zone) => text(given, "zone_id") === "" || zone.id === text(given, "zone_id"))
      .filter((zone) => text(given, "name") === "" || zone.name === bareName(text(given, "name")))
      .filter((zone) => hasTags(zone.tags, strings(given, "tags")))
      .filter(() => !flag(given, "private_zone"));
    const [zone] = found;
    if (!zone) throw new ProviderError("no matching Route 53 Hosted Zone found");
    if (found.length > 1)
      throw new ProviderError(
        "multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone",
      );
    const records = world.collection<DnsRecord>(COLLECTIONS.dnsRecords).values();
    return {
      id: zone.id,
      zone_id: zone.id,
      arn: `arn:aws:route53:::hostedzone/${zone.id}`,
      name: zone.name,
      name_servers: [...zone.nameServers].sort(),
      primary_name_server: zone.nameServers[0] ?? "",
      // The NS and SOA records at the top, and the rest.
      resource_record_set_count: 2 + records.filter((record) => record.zoneId === zone.id).length,
      private_zone: false,
      caller_reference: "",
      comment: text(findResource(world, "aws_route53_zone", zone.id), "comment"),
      tags: zone.tags,
    };
  },
  "ListHostedZones",
);

export const loadBalancer = awsData(
  "aws_lb",
  "ELBv2 Load Balancer",
  "Elastic Load Balancing v2",
  (given, { world }) => {
    const found = world
      .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
      .values()
      .filter((balancer) => text(given, "name") === "" || balancer.name === text(given, "name"))
      .filter((balancer) => text(given, "arn") === "" || balancer.arn === text(given, "arn"))
      .filter((balancer) => hasTags(balancer.tags, strings(given, "tags")));
    const [balancer] = found;
    if (!balancer || found.length > 1)
      throw new ProviderError(
        `Search returned ${found.length} results, please revise so only one is returned`,
      );
    return {
      id: balancer.arn,
      arn: balancer.arn,
      arn_suffix: balancer.arn.split(":loadbalancer/")[1] ?? "",
      name: balancer.name,
      dns_name: balancer.dnsName,
      zone_id: balancer.hostedZoneId,
      load_balancer_type: balancer.type,
      internal: balancer.scheme === "internal",
      ip_address_type: "ipv4",
      tags: balancer.tags,
    };
  },
  "DescribeLoadBalancers",
);

export const ssmParameter = awsData(
  "aws_ssm_parameter",
  "SSM Parameter",
  "SSM",
  (given, { world, region, aws }) => {
    const name = text(given, "name");
    const record = world.collection<ParameterRecord>(COLLECTIONS.parameters).get(name);
    if (!record) throw notFound("ParameterNotFound", "");
    const secret = record.type === "SecureString";
    return {
      id: name,
      arn: record.arn || `arn:aws:ssm:${region}:${aws.accountId}:parameter/${name.replace(/^\//, "")}`,
      type: record.type,
      value: record.value,
      insecure_value: secret ? null : record.value,
      version: record.version ?? 1,
      with_decryption: given.with_decryption ?? true,
    };
  },
  "GetParameter",
);

export const iamRole = awsData(
  "aws_iam_role",
  "IAM Role",
  "IAM",
  (given, { world }) => {
    const name = text(given, "name");
    const record = world.collection<RoleRecord>(COLLECTIONS.roles).get(name);
    if (!record) throw notFound("NoSuchEntity", `The role with name ${name} cannot be found.`);
    const applied = findResource(world, "aws_iam_role", name);
    return {
      id: name,
      arn: record.arn,
      assume_role_policy: JSON.stringify(record.assumeRolePolicy),
      create_date: text(applied, "create_date"),
      description: text(applied, "description"),
      max_session_duration: applied?.max_session_duration ?? 3600,
      path: text(applied, "path") || "/",
      permissions_boundary: text(applied, "permissions_boundary"),
      role_last_used: [],
      tags: record.tags,
      unique_id: text(applied, "unique_id"),
    };
  },
  "GetRole",
);

/** EC2's filters that the model knows, by name. */
function matches(values: Attributes, given: Attributes): boolean {
  const tags = strings(values, "tags_all");
  const byFilter = blocks(given, "filter").every((filter) => {
    const name = text(filter, "name");
    const value = name.startsWith("tag:") ? tags[name.slice(4)] : text(values, name.replaceAll("-", "_"));
    return value !== undefined && texts(filter, "values").includes(value);
  });
  return byFilter && hasTags(tags, strings(given, "tags"));
}

export const vpc = awsData(
  "aws_vpc",
  "EC2 VPC",
  "EC2",
  (given, context) => {
    const found = resourcesOf(context.world, "aws_vpc")
      .filter((values) => !isSomething(given.id) || values.id === given.id)
      .filter((values) => !isSomething(given.cidr_block) || values.cidr_block === given.cidr_block)
      .filter((values) => matches(values, given));
    const [only] = found;
    if (!only) throw new ProviderError("no matching EC2 VPC found");
    if (found.length > 1)
      throw new ProviderError(
        "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC",
      );
    const shared = [
      "arn",
      "id",
      "cidr_block",
      "dhcp_options_id",
      "enable_dns_hostnames",
      "enable_dns_support",
      "enable_network_address_usage_metrics",
      "instance_tenancy",
      "main_route_table_id",
      "owner_id",
    ];
    return {
      ...Object.fromEntries(shared.map((name) => [name, only[name] ?? null])),
      cidr_block_associations: [],
      default: false,
      state: "available",
      tags: strings(only, "tags_all"),
    };
  },
  "DescribeVpcs",
);

export const subnets = awsData(
  "aws_subnets",
  "EC2 Subnets",
  "EC2",
  (given, context: ProviderContext) => ({
    id: context.region,
    ids: resourcesOf(context.world, "aws_subnet")
      .filter((values) => matches(values, given))
      .map((values) => text(values, "id"))
      .sort(),
    tags: strings(given, "tags"),
  }),
  "DescribeSubnets",
);
