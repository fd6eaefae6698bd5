import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { arnIn, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { contains, overlaps, parseRange, refuseSize } from "./cidr.ts";
import { EC2, refuseWithDependents, validateRange } from "./vpc.ts";
import { zoneId } from "./zones.ts";

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
