import { AwsError } from "../../../../aws/contract.ts";
import { arnIn, text } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type-spec.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { EC2 } from "./vpc.ts";

export const internetGateway: AwsTypeSpec = {
  ...EC2,
  type: "aws_internet_gateway",
  title: "EC2 Internet Gateway",
  calls: {
    create: "CreateInternetGateway",
    read: "DescribeInternetGateways",
    update: "AttachInternetGateway",
    delete: "DeleteInternetGateway",
  },
  identify: (_, { mint }) => mint.ec2("igw"),
  arn: (values, context) => arnIn(context, "ec2", `internet-gateway/${text(values, "id")}`),
  computed: (_, { context }) => ({ owner_id: context.aws.accountId }),
  refuseCreate: (values, context) => {
    const vpcId = text(values, "vpc_id");
    const attached = resourcesOf(context.world, "aws_internet_gateway").some(
      (other) => other.vpc_id === vpcId,
    );
    if (vpcId !== "" && attached)
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `resource ${vpcId} is already associated with network ${vpcId}`,
      );
  },
  // Public addresses of the VPC must be gone: the call is retried until they are, and then fails.
  refuseDelete: (values, context) => {
    const subnets = resourcesOf(context.world, "aws_subnet").filter(
      (subnet) => subnet.vpc_id === values.vpc_id,
    );
    const gateways = resourcesOf(context.world, "aws_nat_gateway");
    if (subnets.some((subnet) => gateways.some((gateway) => gateway.subnet_id === subnet.id)))
      throw new AwsError(
        "DependencyViolation",
        `Network ${text(values, "vpc_id")} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
  },
};

/** Addresses of 203.0.113.0/24 and 198.51.100.0/24, which RFC 5737 keeps for documentation. */
const publicAddress = ({ mint }: Deed): string =>
  `${mint.number(2, "net") === 0 ? "203.0.113" : "198.51.100"}.${1 + mint.number(254, "host")}`;

export const eip: AwsTypeSpec = {
  ...EC2,
  type: "aws_eip",
  title: "EC2 EIP",
  calls: {
    create: "AllocateAddress",
    read: "DescribeAddresses",
    update: "AssociateAddress",
    delete: "ReleaseAddress",
  },
  forcesReplacement: [
    "address",
    "domain",
    "customer_owned_ipv4_pool",
    "network_border_group",
    "public_ipv4_pool",
    "ipam_pool_id",
  ],
  identify: (_, { mint }) => mint.ec2("eipalloc"),
  arn: (values, context) => arnIn(context, "ec2", `elastic-ip/${text(values, "id")}`),
  computed: (values, deed) => {
    const address = publicAddress(deed);
    return {
      allocation_id: values.id ?? null,
      association_id: "",
      carrier_ip: "",
      customer_owned_ip: "",
      domain: "vpc",
      instance: "",
      ipam_pool_id: "",
      network_border_group: deed.context.region,
      network_interface: "",
      private_ip: "",
      ptr_record: "",
      public_dns: `ec2-${address.replaceAll(".", "-")}.compute-1.amazonaws.com`,
      public_ip: address,
      public_ipv4_pool: "amazon",
    };
  },
  refuseDelete: (values, context) => {
    const used = resourcesOf(context.world, "aws_nat_gateway").some(
      (gateway) => gateway.allocation_id === values.id,
    );
    if (used)
      throw new AwsError("AuthFailure", `You do not have permission to access the specified resource.`, 400);
  },
};

export const natGateway: AwsTypeSpec = {
  ...EC2,
  type: "aws_nat_gateway",
  title: "EC2 NAT Gateway",
  calls: {
    create: "CreateNatGateway",
    read: "DescribeNatGateways",
    update: "AssociateNatGatewayAddress",
    delete: "DeleteNatGateway",
  },
  forcesReplacement: ["allocation_id", "connectivity_type", "private_ip", "subnet_id", "availability_mode"],
  defaults: { connectivity_type: "public" },
  identify: (_, { mint }) => mint.ec2("nat"),
  computed: (values, { context, mint }) => {
    const address = findResource(context.world, "aws_eip", text(values, "allocation_id"));
    const subnet = findResource(context.world, "aws_subnet", text(values, "subnet_id"));
    const [network = "10.0.0.0"] = text(subnet, "cidr_block").split("/");
    return {
      association_id: mint.ec2("eipassoc"),
      availability_mode: "zonal",
      network_interface_id: mint.ec2("eni"),
      private_ip: network.replace(/\d+$/, String(4 + mint.number(12))),
      public_ip: text(address, "public_ip"),
      secondary_private_ip_address_count: 0,
      secondary_allocation_ids: [],
      secondary_private_ip_addresses: [],
      regional_nat_gateway_address: [],
      vpc_id: text(subnet, "vpc_id"),
    };
  },
  refuseCreate: (values, context) => {
    const id = text(values, "allocation_id");
    const gateways = resourcesOf(context.world, "aws_nat_gateway");
    if (gateways.some((gateway) => gateway.allocation_id === id))
      throw new AwsError("Resource.AlreadyAssociated", `Elastic IP address [${id}] is already associated`);
    if (id !== "" && !findResource(context.world, "aws_eip", id))
      throw new AwsError("InvalidAllocationID.NotFound", `The allocation ID '${id}' does not exist`);
  },
};
