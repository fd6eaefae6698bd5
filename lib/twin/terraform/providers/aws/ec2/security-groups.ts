import { AwsError } from "../../../../aws/contract.ts";
import { type Attributes, type ProviderContext, ProviderError, type Value } from "../../../contract.ts";
import { arnIn, count, text } from "../attributes.ts";
import { type AwsTypeSpec, exactlyOne } from "../aws-type.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { EC2, refuseWithDependents } from "./vpc.ts";

const groupArn = (values: Attributes, context: ProviderContext): string =>
  arnIn(context, "ec2", `security-group/${text(values, "id")}`);

export const securityGroup: AwsTypeSpec = {
  ...EC2,
  type: "aws_security_group",
  title: "Security Group",
  calls: {
    create: "CreateSecurityGroup",
    read: "DescribeSecurityGroups",
    update: "AuthorizeSecurityGroupIngress",
    delete: "DeleteSecurityGroup",
  },
  forcesReplacement: ["name", "name_prefix", "description", "vpc_id"],
  defaults: { description: "Managed by Terraform", revoke_rules_on_delete: false },
  identify: (_, { mint }) => mint.ec2("sg"),
  arn: groupArn,
  computed: (values, { context, mint }) => {
    const prefix = text(values, "name_prefix") || "terraform-";
    return {
      name: text(values, "name") || `${prefix}${mint.hex(26)}`,
      name_prefix: text(values, "name") ? "" : prefix,
      ingress: values.ingress ?? [],
      egress: values.egress ?? [],
      owner_id: context.aws.accountId,
    };
  },
  refuseCreate: (values, context) => {
    const name = text(values, "name");
    const twin = resourcesOf(context.world, "aws_security_group").some(
      (other) => other.name === name && other.vpc_id === values.vpc_id,
    );
    if (name !== "" && twin)
      throw new AwsError(
        "InvalidGroup.Duplicate",
        `The security group '${name}' already exists for VPC '${text(values, "vpc_id")}'`,
      );
  },
  refuseDelete: (values, context) => {
    const rules = ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"];
    refuseWithDependents(
      context,
      rules,
      "referenced_security_group_id",
      text(values, "id"),
      "security group",
    );
  },
};

/** Adopts the group that its VPC was born with, and takes every rule out of it that is not configured. */
export const defaultSecurityGroup: AwsTypeSpec = {
  ...EC2,
  type: "aws_default_security_group",
  title: "Default Security Group",
  calls: {
    create: "RevokeSecurityGroupIngress",
    read: "DescribeSecurityGroups",
    update: "AuthorizeSecurityGroupIngress",
    delete: "DescribeSecurityGroups",
  },
  forcesReplacement: ["vpc_id"],
  defaults: { revoke_rules_on_delete: false },
  identify: (planned, { context }) => {
    const home = findResource(context.world, "aws_vpc", text(planned, "vpc_id"));
    if (!home)
      throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${text(planned, "vpc_id")}' does not exist`);
    return text(home, "default_security_group_id");
  },
  arn: groupArn,
  computed: (values, { context }) => ({
    name: "default",
    name_prefix: "",
    description: "default VPC security group",
    ingress: values.ingress ?? [],
    egress: values.egress ?? [],
    owner_id: context.aws.accountId,
  }),
};

const SOURCES = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];

/** The provider takes protocol numbers and gives back names. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  "6": "tcp",
  "17": "udp",
  "1": "icmp",
  all: "-1",
  "58": "icmpv6",
};

const samePlace = (a: Attributes, b: Attributes): boolean =>
  ["security_group_id", "ip_protocol", "from_port", "to_port", ...SOURCES].every(
    (name) => (a[name] ?? null) === (b[name] ?? null),
  );

function ruleOf(direction: "ingress" | "egress"): AwsTypeSpec {
  const type = `aws_vpc_security_group_${direction}_rule`;
  const verb = direction === "ingress" ? "Ingress" : "Egress";
  return {
    ...EC2,
    type,
    title: `VPC Security Group ${verb} Rule`,
    calls: {
      create: `AuthorizeSecurityGroup${verb}`,
      read: "DescribeSecurityGroupRules",
      update: "ModifySecurityGroupRules",
      delete: `RevokeSecurityGroup${verb}`,
    },
    forcesReplacement: ["security_group_id"],
    label: (values) => text(values, "id") || text(values, "security_group_id"),
    validate: (configuration) => {
      exactlyOne(configuration, SOURCES);
      const open = text(configuration, "ip_protocol") === "-1";
      if (open && (configuration.from_port !== null || configuration.to_port !== null))
        throw new ProviderError('from_port and to_port must not be set when ip_protocol is "-1"', [
          "ip_protocol",
        ]);
    },
    refine: (planned) => {
      const name = PROTOCOLS[text(planned, "ip_protocol")];
      return name ? { ...planned, ip_protocol: name } : planned;
    },
    identify: (_, { mint }) => mint.ec2("sgr"),
    arn: (values, context) => arnIn(context, "ec2", `security-group-rule/${text(values, "id")}`),
    computed: (values): Record<string, Value> => ({ security_group_rule_id: values.id ?? null }),
    refuseCreate: (values, context) => {
      if (resourcesOf(context.world, type).some((other) => samePlace(other, values)))
        throw new AwsError(
          "InvalidPermission.Duplicate",
          `the specified rule "peer: ${text(values, "cidr_ipv4")}, ${text(values, "ip_protocol").toUpperCase()}, from port: ${count(values, "from_port")}, to port: ${count(values, "to_port")}, ALLOW" already exists`,
        );
    },
  };
}

export const ingressRule = ruleOf("ingress");
export const egressRule = ruleOf("egress");

/** The older kind of rule, one resource for one or several sources. */
export const securityGroupRule: AwsTypeSpec = {
  ...EC2,
  type: "aws_security_group_rule",
  title: "Security Group Rule",
  calls: {
    create: "AuthorizeSecurityGroupIngress",
    read: "DescribeSecurityGroupRules",
    update: "UpdateSecurityGroupRuleDescriptionsIngress",
    delete: "RevokeSecurityGroupIngress",
  },
  forcesReplacement: [
    "type",
    "from_port",
    "to_port",
    "protocol",
    "security_group_id",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "self",
    "source_security_group_id",
  ],
  defaults: { self: false },
  identify: (_, { mint }) => `sgrule-${mint.number(4_294_967_296)}`,
  computed: (_, { mint }) => ({ security_group_rule_id: mint.ec2("sgr") }),
};
