import { AwsError } from "../../../../aws/contract.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { arnIn, flag, text } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type-spec.ts";
import { removeResource, resourcesOf, storeResource } from "../resource-store.ts";
import { isCanonical, refuseSize } from "./cidr.ts";

export const EC2 = { service: "EC2" } as const;

export function validateRange(configuration: Attributes, name: string): void {
  const cidr = text(configuration, name);
  if (cidr !== "" && !isCanonical(cidr))
    throw new ProviderError(`"${cidr}" is not a valid IPv4 CIDR block`, [name]);
}

/** Every VPC is born with a security group, a network ACL and a main route table. */
function born({ mint }: Deed): Attributes {
  return {
    default_network_acl_id: mint.ec2("acl"),
    default_route_table_id: mint.ec2("rtb"),
    default_security_group_id: mint.ec2("sg"),
    main_route_table_id: mint.ec2("rtb"),
    dhcp_options_id: mint.ec2("dopt"),
  };
}

/** What must be gone before a VPC can be deleted, by the attribute that ties it to the VPC. */
const DEPENDENTS = [
  "aws_subnet",
  "aws_internet_gateway",
  "aws_security_group",
  "aws_route_table",
  "aws_vpc_endpoint",
  "aws_vpc_peering_connection",
  "aws_nat_gateway",
];

export function refuseWithDependents(
  context: ProviderContext,
  types: readonly string[],
  attribute: string,
  id: string,
  kind: string,
): void {
  const isLeft = types.some((type) =>
    resourcesOf(context.world, type).some((values) => values[attribute] === id && values.id !== id),
  );
  if (isLeft)
    throw new AwsError("DependencyViolation", `The ${kind} '${id}' has dependencies and cannot be deleted.`);
}

/** The group that comes with a VPC is a resource that others can name. */
const defaultGroupOf = (values: Attributes): Attributes => ({
  id: values.default_security_group_id ?? null,
  vpc_id: values.id ?? null,
  name: "default",
  isDefault: true,
});

export const vpc: AwsTypeSpec = {
  ...EC2,
  type: "aws_vpc",
  title: "EC2 VPC",
  calls: { create: "CreateVpc", read: "DescribeVpcs", update: "ModifyVpcAttribute", delete: "DeleteVpc" },
  forcesReplacement: ["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length", "instance_tenancy"],
  defaults: { enable_dns_support: true, instance_tenancy: "default" },
  validate: (configuration) => validateRange(configuration, "cidr_block"),
  identify: (_, { mint }) => mint.ec2("vpc"),
  arn: (values, context) => arnIn(context, "ec2", `vpc/${text(values, "id")}`),
  computed: (values, deed) => ({
    ...born(deed),
    enable_dns_hostnames: flag(values, "enable_dns_hostnames"),
    enable_network_address_usage_metrics: flag(values, "enable_network_address_usage_metrics"),
    ipv6_association_id: "",
    ipv6_cidr_block: "",
    ipv6_cidr_block_network_border_group: "",
    owner_id: deed.context.aws.accountId,
  }),
  refuseCreate: (values) => refuseSize(text(values, "cidr_block"), "InvalidVpc.Range"),
  refuseDelete: (values, context) =>
    refuseWithDependents(context, DEPENDENTS, "vpc_id", text(values, "id"), "vpc"),
  created: (values, { context }) =>
    storeResource(
      context.world,
      "ec2_default_group",
      text(values, "default_security_group_id"),
      defaultGroupOf(values),
    ),
  deleted: (values, context) =>
    removeResource(context.world, "ec2_default_group", text(values, "default_security_group_id")),
  // 12 to 15 s with DNS hostnames on. See docs/latencies.md, "AWS resources".
  lasts: (action, values) =>
    action === "create" && flag(values, "enable_dns_hostnames") ? 13_000 : undefined,
};
