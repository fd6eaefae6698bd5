import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { blocks, isSomething, strings, text, texts } from "../attributes.ts";
import { resourcesOf } from "../resource-store.ts";
import { awsData } from "./aws-data.ts";
import { hasTags } from "./tag-match.ts";

/** EC2's filters that the model knows, by name. */
export function matches(values: Attributes, given: Attributes): boolean {
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
