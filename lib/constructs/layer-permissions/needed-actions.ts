import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../project-root.ts";
import type { TerraformSource } from "../terraform-source.ts";

interface ResourceActions {
  readonly create?: readonly string[];
  readonly read?: readonly string[];
  readonly update?: readonly string[];
  readonly delete?: readonly string[];
}

/** @see lib/permissions/README.md */
const ACTIONS = JSON.parse(
  readFileSync(join(PROJECT_ROOT, "lib/permissions/actions.json"), "utf8"),
) as Readonly<Record<string, ResourceActions>>;

/**
 * Data sources that no resource type is the model of. Empty: computed by the provider, without a call.
 * What STS says about the caller needs no permission.
 */
const DATA_SOURCES: Readonly<Record<string, readonly string[]>> = {
  aws_availability_zones: ["ec2:DescribeAvailabilityZones"],
  aws_caller_identity: [],
  aws_eks_addon_version: ["eks:DescribeAddonVersions"],
  aws_iam_policy_document: [],
  aws_partition: [],
  aws_region: [],
  aws_route53_zone: [
    "route53:GetHostedZone",
    "route53:ListHostedZones",
    "route53:ListHostedZonesByName",
    "route53:ListTagsForResource",
  ],
  aws_ssm_parameter: ["ssm:GetParameter", "ssm:ListTagsForResource"],
  aws_lb: [
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeTags",
  ],
};

/**
 * Calls that the Terraform provider makes beyond what AWS's own handlers call, by resource type: it reads more,
 * and it waits for a state by describing. Each was read in the provider's source of that resource.
 */
const PROVIDER_READS: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_log_group: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
  aws_default_security_group: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"],
  aws_eip: ["ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute"],
  aws_eks_access_policy_association: ["eks:ListAssociatedAccessPolicies"],
  aws_eks_addon: ["eks:DescribeAddonVersions"],
  aws_iam_role: ["iam:ListInstanceProfilesForRole", "iam:ListRoleTags"],
  aws_internet_gateway: ["ec2:DescribeInternetGateways"],
  aws_kms_alias: ["kms:ListAliases"],
  aws_kms_key: ["kms:ListKeyPolicies", "kms:ListKeyRotations"],
  aws_launch_template: ["ec2:DescribeLaunchTemplateVersions"],
  aws_route53_record: ["route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:GetChange"],
  aws_route53_zone: ["route53:ListResourceRecordSets", "route53:GetDNSSEC"],
  aws_s3_bucket: ["s3:GetBucketLocation", "s3:ListBucket"],
  aws_subnet: ["ec2:DescribeNetworkInterfaces"],
  aws_vpc: [
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
  ],
};

/** AWS's own tables hold a few names that IAM does not know, such as `s3:REST.PUT.OBJECT` or `S3:GetBucketWebsite`. */
const IAM_ACTION = /^[a-z0-9-]+:[A-Za-z0-9]+$/;

const CHANGES = ["create", "update", "delete"] as const;

/**
 * IAM actions that a role needs to plan (`read`) or to apply (`change`) what the HCL declares.
 * @throws Error naming a type that the tables don't know: guessing would fail in the middle of an apply.
 */
export function neededActions(source: TerraformSource, purpose: "read" | "change"): string[] {
  const needed = new Set<string>();
  for (const type of source.resources.filter((name) => name.startsWith("aws_"))) {
    const actions = ACTIONS[type];
    if (!actions) throw new Error(`lib/permissions/actions.json knows no IAM actions for resource "${type}"`);
    const verbs = purpose === "read" ? (["read"] as const) : (["read", ...CHANGES] as const);
    for (const verb of verbs) for (const action of actions[verb] ?? []) needed.add(action);
    for (const action of PROVIDER_READS[type] ?? []) needed.add(action);
  }
  for (const type of source.dataSources.filter((name) => name.startsWith("aws_"))) {
    const actions = DATA_SOURCES[type] ?? ACTIONS[type]?.read;
    if (!actions) throw new Error(`no IAM actions are known for the data source "${type}"`);
    for (const action of actions) needed.add(action);
  }
  return [...needed].filter((action) => IAM_ACTION.test(action)).sort();
}
