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
const read = <T>(file: string): Readonly<Record<string, T>> =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, "lib/permissions", file), "utf8")) as Record<string, T>;

const ACTIONS = read<ResourceActions>("actions.json");
/** Empty: computed by the provider, or asked of STS, which tells everybody who they are. */
const DATA_SOURCES = read<readonly string[]>("data-sources.json");

/**
 * Calls that the Terraform provider makes beyond what AWS's own handlers call, by resource type: it reads more,
 * and it waits for a state by describing. They are named after the API calls of the resource's read function.
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

const READ = ["read"] as const;
const CHANGE = ["read", "create", "update", "delete"] as const;

/**
 * IAM actions that a role needs to plan (`read`) or to apply (`change`) what the HCL declares.
 * @throws Error naming a type that the tables don't know: guessing would fail in the middle of an apply.
 */
export function neededActions(source: TerraformSource, purpose: "read" | "change"): string[] {
  const ours = (types: readonly string[]): string[] => types.filter((type) => type.startsWith("aws_"));
  return [
    ...new Set([
      ...ours(source.resources).flatMap((type) => resourceActions(type, purpose)),
      ...ours(source.dataSources).flatMap(dataSourceActions),
    ]),
  ].sort();
}

function resourceActions(type: string, purpose: "read" | "change"): string[] {
  const actions = ACTIONS[type];
  if (!actions) throw new Error(`lib/permissions/actions.json knows no IAM actions for resource "${type}"`);
  const verbs = purpose === "read" ? READ : CHANGE;
  return [...verbs.flatMap((verb) => actions[verb] ?? []), ...(PROVIDER_READS[type] ?? [])];
}

function dataSourceActions(type: string): readonly string[] {
  const actions = DATA_SOURCES[type] ?? ACTIONS[type]?.read;
  if (!actions) throw new Error(`lib/permissions knows no IAM actions for the data source "${type}"`);
  return actions;
}
