import { AwsError } from "../../../../aws/contract.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { arnIn, flag, text } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type.ts";
import { findResource, removeResource, resourcesOf, storeResource } from "../resource-store.ts";
import { contains, isCanonical, overlaps, parseRange, refuseSize } from "./cidr.ts";

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
  // 12 to 15 s with DNS hostnames on: latency facts, section 1.
  lasts: (action, values) =>
    action === "create" && flag(values, "enable_dns_hostnames") ? 13_000 : undefined,
};

/** AWS names its zones by letters and its zone ids by the region's short name, e.g. use1-az1. */
export function zoneId(zone: string): string {
  const [area = "", direction = "", rest = ""] = zone.split("-");
  const short = direction.replace(
    /^(north|south)(east|west)$/,
    (_, a: string, b: string) => `${a[0]}${b[0]}`,
  );
  const number = rest.slice(0, -1);
  const letter = rest.slice(-1).charCodeAt(0) - 96;
  return `${area}${short.length > 2 ? short[0] : short}${number}-az${letter}`;
}

export const subnet: AwsTypeSpec = {
  ...EC2,
  type: "aws_subnet",
  title: "EC2 Subnet",
  calls: {
    create: "CreateSubnet",
    read: "DescribeSubnets",
    update: "ModifySubnetAttribute",
    delete: "DeleteSubnet",
  },
  forcesReplacement: [
    "availability_zone",
    "availability_zone_id",
    "cidr_block",
    "vpc_id",
    "ipv6_native",
    "outpost_arn",
  ],
  defaults: {
    assign_ipv6_address_on_creation: false,
    enable_dns64: false,
    enable_resource_name_dns_a_record_on_launch: false,
    enable_resource_name_dns_aaaa_record_on_launch: false,
    ipv6_native: false,
    map_public_ip_on_launch: false,
  },
  validate: (configuration) => validateRange(configuration, "cidr_block"),
  identify: (_, { mint }) => mint.ec2("subnet"),
  arn: (values, context) => arnIn(context, "ec2", `subnet/${text(values, "id")}`),
  computed: (values, { context }) => {
    const zone = text(values, "availability_zone") || `${context.region}a`;
    return {
      availability_zone: zone,
      availability_zone_id: zoneId(zone),
      ipv6_cidr_block: "",
      ipv6_cidr_block_association_id: "",
      owner_id: context.aws.accountId,
      private_dns_hostname_type_on_launch: text(values, "private_dns_hostname_type_on_launch") || "ip-name",
    };
  },
  refuseCreate: (values, context) => refuseSubnet(values, context),
  refuseDelete: (values, context) => refuseOccupied(text(values, "id"), context),
};

function refuseSubnet(values: Attributes, context: ProviderContext): void {
  const cidr = text(values, "cidr_block");
  refuseSize(cidr, "InvalidSubnet.Range");
  const home = findResource(context.world, "aws_vpc", text(values, "vpc_id"));
  // A VPC of the control plane is not among terraform's resources; only what is known can be checked.
  if (!home) return;
  refuseOutside(cidr, text(home, "cidr_block"));
  const siblings = resourcesOf(context.world, "aws_subnet").filter((other) => other.vpc_id === values.vpc_id);
  for (const other of siblings) refuseOverlap(cidr, text(other, "cidr_block"));
}

function refuseOutside(cidr: string, home: string): void {
  const [inner, outer] = [parseRange(cidr), parseRange(home)];
  if (inner && outer && !contains(outer, inner))
    throw new AwsError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
}

function refuseOverlap(cidr: string, other: string): void {
  const [a, b] = [parseRange(cidr), parseRange(other)];
  if (a && b && overlaps(a, b))
    throw new AwsError("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
}

/** Network interfaces of gateways, clusters and nodes hold a subnet. */
function refuseOccupied(id: string, context: ProviderContext): void {
  refuseWithDependents(context, ["aws_nat_gateway"], "subnet_id", id, "subnet");
  const holders = ["aws_eks_node_group", "aws_vpc_endpoint"].flatMap((type) =>
    resourcesOf(context.world, type),
  );
  const isHeld = holders.some((values) => Array.isArray(values.subnet_ids) && values.subnet_ids.includes(id));
  if (isHeld)
    throw new AwsError("DependencyViolation", `The subnet '${id}' has dependencies and cannot be deleted.`);
}
