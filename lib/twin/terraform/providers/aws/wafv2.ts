import { AwsError } from "../../../aws/contract.ts";
import { COLLECTIONS, type LoadBalancerRecord } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError, type Value } from "../../contract.ts";
import { arnIn, block, blocks, count, isSomething, text, texts } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { findResource, resourcesOf } from "./resource-store.ts";

const WAFV2 = { service: "WAFV2" } as const;

/**
 * Capacity units of AWS's rule groups that have no fee of their own, and of a rate-based rule.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const GROUP_CAPACITY: Readonly<Record<string, number>> = {
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesWordPressRuleSet: 100,
};
const RATE_CAPACITY = 2;
const MOST_CAPACITY = 5_000;

const groupOf = (rule: Attributes): Attributes | undefined =>
  block(block(rule, "statement"), "managed_rule_group_statement");
const rateOf = (rule: Attributes): Attributes | undefined =>
  block(block(rule, "statement"), "rate_based_statement");

function capacityOf(values: Attributes): number {
  return blocks(values, "rule")
    .map((rule) => {
      const group = groupOf(rule);
      return group ? (GROUP_CAPACITY[text(group, "name")] ?? 0) : RATE_CAPACITY;
    })
    .reduce((sum, each) => sum + each, 0);
}

/** A group of rules has actions of its own that can be overridden; a single rule has one. */
function validateRule(rule: Attributes): void {
  const [isGroup, name] = [groupOf(rule) !== undefined, text(rule, "name")];
  const [action, override] = [isSomething(rule.action), isSomething(rule.override_action)];
  if (action === isGroup || override !== isGroup)
    throw new ProviderError(
      `rule ${name}: ${isGroup ? "`override_action` and not `action`" : "`action` and not `override_action`"} must be set`,
      ["rule"],
    );
}

function refuse(values: Attributes): void {
  const rules = blocks(values, "rule");
  const priorities = rules.map((rule) => count(rule, "priority"));
  const invalid = (reason: string): never => {
    throw new AwsError("WAFInvalidParameterException", `Error reason: ${reason}`);
  };
  if (new Set(priorities).size < priorities.length) invalid("rules must have priorities of their own");
  for (const rule of rules) {
    const [group, rate] = [groupOf(rule), rateOf(rule)];
    if (group && GROUP_CAPACITY[text(group, "name")] === undefined)
      throw new AwsError(
        "WAFNonexistentItemException",
        "AWS WAF couldn't perform the operation because your resource doesn't exist.",
      );
    if (rate && count(rate, "limit") < 10) invalid("a rate limit must be 10 or more");
  }
  if (capacityOf(values) > MOST_CAPACITY)
    throw new AwsError("WAFLimitsExceededException", "the rules need more capacity units than a web ACL has");
}

export const webAcl: AwsTypeSpec = {
  ...WAFV2,
  type: "aws_wafv2_web_acl",
  title: "WAFv2 WebACL",
  calls: { create: "CreateWebACL", read: "GetWebACL", update: "UpdateWebACL", delete: "DeleteWebACL" },
  forcesReplacement: ["name", "name_prefix", "scope"],
  changesOnUpdate: ["capacity", "lock_token"],
  validate: (configuration) => {
    for (const rule of blocks(configuration, "rule")) validateRule(rule);
  },
  identify: (_, { mint }) => mint.uuid(),
  arn: (values, context) =>
    arnIn(context, "wafv2", `regional/webacl/${text(values, "name")}/${text(values, "id") || "*"}`),
  computed: (values, { mint }) => ({
    name: text(values, "name"),
    name_prefix: text(values, "name_prefix"),
    application_integration_url: "",
    capacity: capacityOf(values),
    lock_token: mint.uuid("lock"),
    rule: withVersions(values),
  }),
  refuseCreate: (values, { world }) => {
    if (resourcesOf(world, "aws_wafv2_web_acl").some((other) => other.name === values.name))
      throw new AwsError(
        "WAFDuplicateItemException",
        "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one.",
      );
    refuse(values);
  },
  refuseUpdate: (values) => refuse(values),
  updated: (values, _, { mint }) => ({
    capacity: capacityOf(values),
    lock_token: mint.uuid("lock"),
    rule: withVersions(values),
  }),
  refuseDelete: (values, { world }) => {
    const used = resourcesOf(world, "aws_wafv2_web_acl_association").some(
      ({ web_acl_arn }) => web_acl_arn === values.arn,
    );
    if (used)
      throw new AwsError(
        "WAFAssociatedItemException",
        "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.",
      );
  },
};

/** A group whose version is left out stays without: AWS's default may change under it. */
function withVersions(values: Attributes): Value {
  return blocks(values, "rule").map((rule) => {
    const [statement] = blocks(rule, "statement");
    const group = groupOf(rule);
    if (!statement || !group) return rule;
    const named = { ...group, version: text(group, "version") };
    return { ...rule, statement: [{ ...statement, managed_rule_group_statement: [named] }] };
  });
}

const balancerOf = (world: World, arn: string): LoadBalancerRecord | undefined =>
  world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .find((balancer) => balancer.arn === arn);

export const webAclAssociation: AwsTypeSpec = {
  ...WAFV2,
  type: "aws_wafv2_web_acl_association",
  title: "WAFv2 WebACL Association",
  calls: {
    create: "AssociateWebACL",
    read: "GetWebACLForResource",
    update: "AssociateWebACL",
    delete: "DisassociateWebACL",
  },
  forcesReplacement: ["resource_arn", "web_acl_arn"],
  label: (values) => `${text(values, "web_acl_arn")},${text(values, "resource_arn")}`,
  identify: (planned) => `${text(planned, "web_acl_arn")},${text(planned, "resource_arn")}`,
  arn: (values) => text(values, "web_acl_arn") || "*",
  refuseCreate: (values, { world }) => {
    const balancer = balancerOf(world, text(values, "resource_arn"));
    if (balancer?.type !== "application")
      throw new AwsError(
        "WAFInvalidParameterException",
        "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN",
      );
    if (!resourcesOf(world, "aws_wafv2_web_acl").some(({ arn }) => arn === values.web_acl_arn))
      throw new AwsError(
        "WAFNonexistentItemException",
        "AWS WAF couldn't perform the operation because your resource doesn't exist.",
      );
  },
  // Who deletes a load balancer takes its association with it.
  observe: (values, { world }) => (balancerOf(world, text(values, "resource_arn")) ? {} : null),
};

/** Where a log may go, and that its name begins as AWS wants it. */
function refuseDestination(values: Attributes, { world }: ProviderContext): void {
  for (const arn of texts(values, "log_destination_configs")) {
    const name = arn.split(":log-group:")[1]?.replace(/:\*$/, "");
    if (name === undefined) continue;
    if (!name.startsWith("aws-waf-logs-") || !findResource(world, "aws_cloudwatch_log_group", name))
      throw new AwsError(
        "WAFInvalidParameterException",
        `Error reason: The ARN isn't valid., field: LOG_DESTINATION, parameter: ${arn}`,
      );
  }
}

export const webAclLogging: AwsTypeSpec = {
  ...WAFV2,
  type: "aws_wafv2_web_acl_logging_configuration",
  title: "WAFv2 WebACL Logging Configuration",
  calls: {
    create: "PutLoggingConfiguration",
    read: "GetLoggingConfiguration",
    update: "PutLoggingConfiguration",
    delete: "DeleteLoggingConfiguration",
  },
  forcesReplacement: ["resource_arn"],
  label: (values) => text(values, "resource_arn"),
  identify: (planned) => text(planned, "resource_arn"),
  arn: (values) => text(values, "resource_arn") || "*",
  refuseCreate: refuseDestination,
  refuseUpdate: refuseDestination,
};
