import { createHash } from "node:crypto";
import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes } from "../../../contract.ts";
import { arnIn, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { exactlyOne } from "../validation.ts";
import { EC2, validateRange } from "./vpc.ts";

export const routeTable: AwsTypeSpec = {
  ...EC2,
  type: "aws_route_table",
  title: "EC2 Route Table",
  calls: {
    create: "CreateRouteTable",
    read: "DescribeRouteTables",
    update: "CreateRoute",
    delete: "DeleteRouteTable",
  },
  forcesReplacement: ["vpc_id"],
  identify: (_, { mint }) => mint.ec2("rtb"),
  arn: (values, context) => arnIn(context, "ec2", `route-table/${text(values, "id")}`),
  computed: (values, { context }) => ({
    owner_id: context.aws.accountId,
    propagating_vgws: values.propagating_vgws ?? [],
    route: values.route ?? [],
  }),
  refuseDelete: (values, context) => {
    const associations = resourcesOf(context.world, "aws_route_table_association");
    if (associations.some((association) => association.route_table_id === values.id))
      throw new AwsError(
        "DependencyViolation",
        `The routeTable '${text(values, "id")}' has dependencies and cannot be deleted.`,
      );
  },
};

const DESTINATIONS = ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];
const TARGETS = [
  "carrier_gateway_id",
  "core_network_arn",
  "egress_only_gateway_id",
  "gateway_id",
  "local_gateway_id",
  "nat_gateway_id",
  "network_interface_id",
  "odb_network_arn",
  "transit_gateway_id",
  "vpc_endpoint_id",
  "vpc_peering_connection_id",
];

const destinationOf = (values: Attributes): string =>
  DESTINATIONS.map((name) => text(values, name)).find((value) => value !== "") ?? "";

/** A route has no identifier in AWS; the provider makes one of the table's and a number of the destination's text. */
const routeId = (values: Attributes): string => {
  const number = createHash("sha256").update(destinationOf(values)).digest().readUInt32BE(0);
  return `r-${text(values, "route_table_id")}${number}`;
};

export const route: AwsTypeSpec = {
  ...EC2,
  type: "aws_route",
  title: "Route in Route Table",
  calls: {
    create: "CreateRoute",
    read: "DescribeRouteTables",
    update: "ReplaceRoute",
    delete: "DeleteRoute",
  },
  forcesReplacement: ["route_table_id", ...DESTINATIONS],
  validate: (configuration) => {
    exactlyOne(configuration, DESTINATIONS);
    exactlyOne(configuration, TARGETS);
    validateRange(configuration, "destination_cidr_block");
  },
  label: (values) => `${text(values, "route_table_id")}) with destination (${destinationOf(values)}`,
  importId: (values) => `${text(values, "route_table_id")}_${destinationOf(values)}`,
  identify: routeId,
  computed: () => ({
    instance_id: "",
    instance_owner_id: "",
    network_interface_id: "",
    origin: "CreateRoute",
    state: "active",
  }),
  refuseCreate: (values, context) => {
    if (findResource(context.world, "aws_route", routeId(values)))
      throw new AwsError(
        "RouteAlreadyExists",
        `The route identified by ${destinationOf(values)} already exists.`,
      );
  },
};

export const routeTableAssociation: AwsTypeSpec = {
  ...EC2,
  type: "aws_route_table_association",
  title: "Route Table Association",
  calls: {
    create: "AssociateRouteTable",
    read: "DescribeRouteTables",
    update: "ReplaceRouteTableAssociation",
    delete: "DisassociateRouteTable",
  },
  forcesReplacement: ["subnet_id", "gateway_id"],
  changesOnUpdate: ["id"],
  validate: (configuration) => exactlyOne(configuration, ["gateway_id", "subnet_id"]),
  label: (values) => text(values, "id") || text(values, "subnet_id") || text(values, "gateway_id"),
  importId: (values) =>
    `${text(values, "subnet_id") || text(values, "gateway_id")}/${text(values, "route_table_id")}`,
  identify: (_, { mint }) => mint.ec2("rtbassoc"),
  updated: (_, __, { mint }) => ({ id: mint.ec2("rtbassoc") }),
  refuseCreate: (values, context) => {
    const subnetId = text(values, "subnet_id");
    const taken = resourcesOf(context.world, "aws_route_table_association").find(
      (other) => subnetId !== "" && other.subnet_id === subnetId,
    );
    if (taken)
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${text(values, "route_table_id")} conflicts with an existing association`,
      );
  },
};
