import { AWS_COLLECTIONS, type RuleRecord, type TargetRecord } from "../../../aws/collections.ts";
import { AwsError } from "../../../aws/contract.ts";
import type { World } from "../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../contract.ts";
import { arnIn, nameOrPrefixed, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { documentOf } from "./policy-json.ts";
import { exactlyOne } from "./validation.ts";

const rules = (world: World) => world.collection<RuleRecord>(AWS_COLLECTIONS.rules);

function ruleRecord(values: Attributes, targets: RuleRecord["targets"]): RuleRecord {
  const [pattern, schedule] = [text(values, "event_pattern"), text(values, "schedule_expression")];
  return {
    name: text(values, "name"),
    arn: text(values, "arn"),
    enabled: text(values, "state") !== "DISABLED",
    ...(pattern === "" ? {} : { eventPattern: documentOf(pattern, "event_pattern") }),
    ...(schedule === "" ? {} : { scheduleExpression: schedule }),
    targets,
  };
}

export const eventRule: AwsTypeSpec = {
  service: "EventBridge",
  type: "aws_cloudwatch_event_rule",
  title: "EventBridge Rule",
  calls: { create: "PutRule", read: "DescribeRule", update: "PutRule", delete: "DeleteRule" },
  forcesReplacement: ["event_bus_name", "name", "name_prefix"],
  defaults: { event_bus_name: "default", force_destroy: false, state: "ENABLED" },
  documents: ["event_pattern"],
  validate: (configuration) => {
    if (
      text(configuration, "event_pattern") === "" &&
      text(configuration, "schedule_expression") === "" &&
      configuration.event_pattern === null
    )
      exactlyOne(configuration, ["event_pattern", "schedule_expression"]);
  },
  identify: (planned, { mint }) => nameOrPrefixed(planned, mint.hex(26)),
  arn: (values, context) => arnIn(context, "events", `rule/${text(values, "id") || text(values, "name")}`),
  computed: (values) => ({ name: values.id ?? null, name_prefix: text(values, "name_prefix") }),
  created: (values, { context }) => rules(context.world).set(text(values, "name"), ruleRecord(values, [])),
  updated: (values, _, { context }) => {
    const targets = rules(context.world).get(text(values, "name"))?.targets ?? [];
    rules(context.world).set(text(values, "name"), ruleRecord(values, targets));
    return undefined;
  },
  refuseDelete: (values, { world }) => {
    if ((rules(world).get(text(values, "name"))?.targets.length ?? 0) > 0 && values.force_destroy !== true)
      throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
  },
  deleted: (values, context) => {
    rules(context.world).delete(text(values, "name"));
  },
  observe: (values, { world }) => {
    const found = rules(world).get(text(values, "name"));
    if (!found) return null;
    return {
      state: found.enabled ? "ENABLED" : "DISABLED",
      ...(found.eventPattern === undefined ? {} : { event_pattern: JSON.stringify(found.eventPattern) }),
    };
  },
};

const targetRecord = (values: Attributes): TargetRecord => {
  const optional = {
    roleArn: text(values, "role_arn"),
    input: text(values, "input"),
    inputPath: text(values, "input_path"),
  };
  return {
    id: text(values, "target_id"),
    arn: text(values, "arn"),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== "")),
  };
};

function setTarget(values: Attributes, target: TargetRecord | undefined, { world }: ProviderContext): void {
  if (!rules(world).has(text(values, "rule"))) return;
  rules(world).update(text(values, "rule"), (record) => {
    const others = record.targets.filter(({ id }) => id !== text(values, "target_id"));
    return { ...record, targets: target ? [...others, target] : others };
  });
}

export const eventTarget: AwsTypeSpec = {
  service: "EventBridge",
  type: "aws_cloudwatch_event_target",
  title: "EventBridge Target",
  calls: { create: "PutTargets", read: "ListTargetsByRule", update: "PutTargets", delete: "RemoveTargets" },
  forcesReplacement: ["event_bus_name", "rule", "target_id"],
  defaults: { event_bus_name: "default", force_destroy: false },
  documents: ["input"],
  validate: (configuration) => {
    if (text(configuration, "input") !== "" && text(configuration, "input_path") !== "")
      throw new ProviderError('Conflicting configuration arguments\n"input": conflicts with input_path', [
        "input",
      ]);
  },
  label: (values) => `${text(values, "rule")}-${text(values, "target_id")}`,
  identify: (planned, { mint }) =>
    `${text(planned, "rule")}-${text(planned, "target_id") || `terraform-${mint.hex(26)}`}`,
  computed: (values) => ({ target_id: text(values, "id").slice(text(values, "rule").length + 1) }),
  refuseCreate: (values, { world }) => {
    if (!rules(world).has(text(values, "rule")))
      throw new AwsError(
        "ResourceNotFoundException",
        `Rule ${text(values, "rule")} does not exist on EventBus default.`,
      );
  },
  created: (values, { context }) => setTarget(values, targetRecord(values), context),
  updated: (values, _, { context }) => {
    setTarget(values, targetRecord(values), context);
    return undefined;
  },
  deleted: (values, context) => setTarget(values, undefined, context),
  observe: (values, { world }) => {
    const found = rules(world)
      .get(text(values, "rule"))
      ?.targets.find(({ id }) => id === values.target_id);
    return found ? { arn: found.arn } : null;
  },
};
