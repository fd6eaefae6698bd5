import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { arnIn, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
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
