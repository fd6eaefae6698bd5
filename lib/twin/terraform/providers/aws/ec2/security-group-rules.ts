import { AwsError } from "../../../../aws/contract.ts";
import { type Attributes, ProviderError, type Value } from "../../../contract.ts";
import { arnIn, count, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { resourcesOf } from "../resource-store.ts";
import { exactlyOne } from "../validation.ts";
import { EC2 } from "./vpc.ts";

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
