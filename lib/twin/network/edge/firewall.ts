import { type JsonObject, objectsAt, textAt } from "../../kubernetes/api/json-values.ts";
import { COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";

const resourcesOf = (world: World, type: string): JsonObject[] =>
  world
    .collection<{ type: string; attributes: JsonObject }>(COLLECTIONS.resources)
    .values()
    .filter((record) => record.type === type)
    .map(({ attributes }) => attributes);

/**
 * Does a web ACL before this load balancer refuse who does not say what program he is? It is the one rule of AWS's
 * common group that a program written in haste falls foul of.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html, NoUserAgent_HEADER
 */
export function refusesAnonymous(world: World, balancerArn: string): boolean {
  const association = resourcesOf(world, "aws_wafv2_web_acl_association").find(
    ({ resource_arn }) => resource_arn === balancerArn,
  );
  const acl = resourcesOf(world, "aws_wafv2_web_acl").find(({ arn }) => arn === association?.web_acl_arn);
  return objectsAt(acl, "rule").some((rule) => {
    const [group] = objectsAt(objectsAt(rule, "statement")[0], "managed_rule_group_statement");
    const counts = objectsAt(group, "rule_action_override").some(({ name }) => name === "NoUserAgent_HEADER");
    const blocks = objectsAt(objectsAt(rule, "override_action")[0], "none").length > 0;
    return textAt(group, "name") === "AWSManagedRulesCommonRuleSet" && blocks && !counts;
  });
}
