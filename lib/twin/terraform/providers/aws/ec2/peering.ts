import { AwsError } from "../../../../aws/contract.ts";
import { type Attributes, ProviderError } from "../../../contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { findResource } from "../resource-store.ts";
import { EC2 } from "./vpc.ts";

const OPTIONS_OFF = [{ allow_remote_vpc_dns_resolution: false }];

export const vpcPeeringConnection: AwsTypeSpec = {
  ...EC2,
  type: "aws_vpc_peering_connection",
  title: "EC2 VPC Peering Connection",
  calls: {
    create: "CreateVpcPeeringConnection",
    read: "DescribeVpcPeeringConnections",
    update: "ModifyVpcPeeringConnectionOptions",
    delete: "DeleteVpcPeeringConnection",
  },
  forcesReplacement: ["peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"],
  computedBlocks: ["accepter", "requester"],
  validate: (configuration) => {
    if (configuration.auto_accept === true && text(configuration, "peer_region") !== "")
      throw new ProviderError(
        "`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection",
        ["peer_region"],
      );
  },
  identify: (_, { mint }) => mint.ec2("pcx"),
  computed: (values, { context }) => {
    const given = (name: string): Attributes[string] => {
      const value = values[name];
      return Array.isArray(value) && value.length > 0 ? value : OPTIONS_OFF;
    };
    return {
      accept_status: values.auto_accept === true ? "active" : "pending-acceptance",
      peer_owner_id: text(values, "peer_owner_id") || context.aws.accountId,
      peer_region: text(values, "peer_region") || context.region,
      accepter: given("accepter"),
      requester: given("requester"),
    };
  },
  updated: (values) => (values.auto_accept === true ? { accept_status: "active" } : undefined),
};

export const vpcPeeringConnectionOptions: AwsTypeSpec = {
  ...EC2,
  type: "aws_vpc_peering_connection_options",
  title: "EC2 VPC Peering Connection Options",
  calls: {
    create: "ModifyVpcPeeringConnectionOptions",
    read: "DescribeVpcPeeringConnections",
    update: "ModifyVpcPeeringConnectionOptions",
    delete: "ModifyVpcPeeringConnectionOptions",
  },
  forcesReplacement: ["vpc_peering_connection_id"],
  computedBlocks: ["accepter", "requester"],
  label: (values) => text(values, "vpc_peering_connection_id"),
  identify: (planned) => text(planned, "vpc_peering_connection_id"),
  computed: (values) => ({
    accepter: Array.isArray(values.accepter) && values.accepter.length > 0 ? values.accepter : OPTIONS_OFF,
    requester:
      Array.isArray(values.requester) && values.requester.length > 0 ? values.requester : OPTIONS_OFF,
  }),
  refuseCreate: (values, context) => {
    const id = text(values, "vpc_peering_connection_id");
    const peering = findResource(context.world, "aws_vpc_peering_connection", id);
    if (!peering)
      throw new AwsError(
        "InvalidVpcPeeringConnectionID.NotFound",
        `The vpcPeeringConnection ID '${id}' does not exist`,
      );
    if (peering.accept_status !== "active")
      throw new AwsError(
        "OperationNotPermitted",
        `Peering ${id} is not active. Peering options can be added only to active peerings.`,
      );
  },
};

export const vpcPeeringConnectionAccepter: AwsTypeSpec = {
  ...EC2,
  type: "aws_vpc_peering_connection_accepter",
  title: "EC2 VPC Peering Connection Accepter",
  calls: {
    create: "AcceptVpcPeeringConnection",
    read: "DescribeVpcPeeringConnections",
    update: "ModifyVpcPeeringConnectionOptions",
    delete: "DescribeVpcPeeringConnections",
  },
  forcesReplacement: ["vpc_peering_connection_id"],
  computedBlocks: ["accepter", "requester"],
  label: (values) => text(values, "vpc_peering_connection_id"),
  identify: (planned) => text(planned, "vpc_peering_connection_id"),
  computed: (values, { context }) => {
    const peering = findResource(context.world, "aws_vpc_peering_connection", text(values, "id"));
    return {
      accept_status: values.auto_accept === true ? "active" : "pending-acceptance",
      peer_owner_id: context.aws.accountId,
      peer_region: context.region,
      peer_vpc_id: text(peering, "vpc_id"),
      vpc_id: text(peering, "peer_vpc_id"),
      accepter: OPTIONS_OFF,
      requester: OPTIONS_OFF,
    };
  },
};
