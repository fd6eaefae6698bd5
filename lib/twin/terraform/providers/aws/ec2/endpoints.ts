import { AwsError } from "../../../../aws/contract.ts";
import { type Attributes, ProviderError } from "../../../contract.ts";
import { arnIn, text, texts } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { EC2 } from "./vpc.ts";

/** The policy that an endpoint gets when none is given: VPC endpoint documentation. */
const FULL_ACCESS = JSON.stringify({
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
  Version: "2008-10-17",
});

const isInterface = (values: Attributes): boolean => text(values, "vpc_endpoint_type") === "Interface";

function placed(values: Attributes, { mint }: Deed): Attributes {
  if (!isInterface(values))
    return {
      dns_entry: [],
      network_interface_ids: [],
      prefix_list_id: mint.ec2("pl"),
      private_dns_enabled: false,
    };
  const zone = `Z${mint.letters(13)}`;
  return {
    dns_entry: [
      {
        dns_name: `${text(values, "id")}.${text(values, "service_name").split(".").reverse().join(".")}`,
        hosted_zone_id: zone,
      },
    ],
    network_interface_ids: texts(values, "subnet_ids").map((subnet) => mint.ec2("eni", subnet)),
    prefix_list_id: null,
    private_dns_enabled: values.private_dns_enabled ?? false,
  };
}

export const vpcEndpoint: AwsTypeSpec = {
  ...EC2,
  type: "aws_vpc_endpoint",
  title: "EC2 VPC Endpoint",
  calls: {
    create: "CreateVpcEndpoint",
    read: "DescribeVpcEndpoints",
    update: "ModifyVpcEndpoint",
    delete: "DeleteVpcEndpoints",
  },
  forcesReplacement: [
    "service_name",
    "vpc_id",
    "vpc_endpoint_type",
    "service_network_arn",
    "resource_configuration_arn",
  ],
  defaults: { vpc_endpoint_type: "Gateway" },
  computedBlocks: ["dns_options"],
  policies: ["policy"],
  label: (values) => text(values, "id") || text(values, "service_name"),
  identify: (_, { mint }) => mint.ec2("vpce"),
  arn: (values, context) => arnIn(context, "ec2", `vpc-endpoint/${text(values, "id")}`),
  computed: (values, deed) => ({
    ...placed(values, deed),
    cidr_blocks: [],
    ip_address_type: text(values, "ip_address_type") || "ipv4",
    owner_id: deed.context.aws.accountId,
    policy: text(values, "policy") || FULL_ACCESS,
    requester_managed: false,
    route_table_ids: values.route_table_ids ?? [],
    security_group_ids: values.security_group_ids ?? [],
    service_region: deed.context.region,
    state: "available",
    subnet_ids: values.subnet_ids ?? [],
  }),
  refuseCreate: (values, context) => {
    const prefix = `com.amazonaws.${context.region}.`;
    const service = text(values, "service_name");
    if (service.startsWith("com.amazonaws.") && !service.startsWith(prefix))
      throw new AwsError("InvalidServiceName", `The Vpc Endpoint Service '${service}' does not exist`);
    const twin = resourcesOf(context.world, "aws_vpc_endpoint").some(
      (other) => !isInterface(other) && other.service_name === service && other.vpc_id === values.vpc_id,
    );
    if (!isInterface(values) && twin)
      throw new AwsError(
        "RouteAlreadyExists",
        `route table already has a route with destination-prefix-list-id of the service ${service}`,
      );
  },
  // 40 to 120 s an interface endpoint (estimate): latency facts, section 1.
  lasts: (action, values) =>
    isInterface(values) ? { create: 70_000, update: 20_000, delete: 60_000 }[action] : undefined,
};

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
