import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes } from "../../../contract.ts";
import { arnIn, text, texts } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type-spec.ts";
import { resourcesOf } from "../resource-store.ts";
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
  // 40 to 150 s an interface endpoint (estimate). See docs/latencies.md, "AWS resources".
  lasts: (action, values) =>
    isInterface(values) ? { create: 70_000, update: 20_000, delete: 60_000 }[action] : undefined,
};
