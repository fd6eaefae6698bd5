import {
  AWS_COLLECTIONS,
  type RuleRecord,
  type TargetRecord,
  type TopicRecord,
} from "../../../aws/collections.ts";
import { AwsError } from "../../../aws/contract.ts";
import type { World } from "../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../contract.ts";
import { arnIn, count, text } from "./attributes.ts";
import { type AwsTypeSpec, exactlyOne } from "./aws-type.ts";
import { documentOf } from "./policy-json.ts";
import { findResource } from "./resource-store.ts";

const named = (planned: Attributes, digits: string): string =>
  text(planned, "name") || `${text(planned, "name_prefix") || "terraform-"}${digits}`;

const topics = (world: World) => world.collection<TopicRecord>(AWS_COLLECTIONS.topics);

/** Owner of the account may do everything: SNS developer guide, default topic policy. */
const topicPolicy = (arn: string, accountId: string): string =>
  JSON.stringify({
    Id: "__default_policy_ID",
    Statement: [
      {
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
        Effect: "Allow",
        Principal: { AWS: "*" },
        Resource: arn,
        Sid: "__default_statement_ID",
      },
    ],
    Version: "2008-10-17",
  });

const topicRecord = (values: Attributes): TopicRecord => ({
  arn: text(values, "arn"),
  name: text(values, "name"),
  displayName: text(values, "display_name"),
  policy: documentOf(text(values, "policy"), "policy"),
});

export const topic: AwsTypeSpec = {
  service: "SNS",
  type: "aws_sns_topic",
  title: "SNS Topic",
  calls: {
    create: "CreateTopic",
    read: "GetTopicAttributes",
    update: "SetTopicAttributes",
    delete: "DeleteTopic",
  },
  forcesReplacement: ["fifo_topic", "name", "name_prefix"],
  defaults: { content_based_deduplication: false, fifo_topic: false },
  policies: ["policy"],
  documents: ["delivery_policy"],
  identify: (planned, { context, mint }) => arnIn(context, "sns", named(planned, mint.hex(26))),
  arn: (values, context) => text(values, "id") || arnIn(context, "sns", text(values, "name")),
  computed: (values, { context }) => ({
    name: text(values, "id").split(":").at(-1) ?? "",
    name_prefix: text(values, "name_prefix"),
    beginning_archive_time: "",
    fifo_throughput_scope: "",
    owner: context.aws.accountId,
    policy: text(values, "policy") || topicPolicy(text(values, "id"), context.aws.accountId),
    signature_version: count(values, "signature_version"),
    tracing_config: text(values, "tracing_config"),
  }),
  created: (values, { context }) => topics(context.world).set(text(values, "arn"), topicRecord(values)),
  updated: (values, _, { context }) => {
    topics(context.world).set(text(values, "arn"), topicRecord(values));
    return undefined;
  },
  deleted: (values, context) => {
    topics(context.world).delete(text(values, "arn"));
  },
  observe: (values, context) => {
    const found = topics(context.world).get(text(values, "arn"));
    if (!found) return null;
    return {
      display_name: found.displayName === "" ? (values.display_name ?? null) : found.displayName,
      policy: JSON.stringify(found.policy),
    };
  },
};

/** A policy beside its topic or queue: setting it changes the other resource's record. */
function refuseWithoutTopic(values: Attributes, { world }: ProviderContext): void {
  if (!topics(world).has(text(values, "arn"))) throw new AwsError("NotFound", "Topic does not exist", 404);
}

const setTopicPolicy = (values: Attributes, policy: string, { world }: ProviderContext): void => {
  if (!topics(world).has(text(values, "arn"))) return;
  topics(world).update(text(values, "arn"), (record) => ({
    ...record,
    policy: documentOf(policy, "policy"),
  }));
};

export const topicPolicyResource: AwsTypeSpec = {
  service: "SNS",
  type: "aws_sns_topic_policy",
  title: "SNS Topic Policy",
  calls: {
    create: "SetTopicAttributes",
    read: "GetTopicAttributes",
    update: "SetTopicAttributes",
    delete: "SetTopicAttributes",
  },
  forcesReplacement: ["arn"],
  policies: ["policy"],
  label: (values) => text(values, "arn"),
  identify: (planned) => text(planned, "arn"),
  computed: (_, { context }) => ({ owner: context.aws.accountId }),
  refuseCreate: refuseWithoutTopic,
  created: (values, { context }) => setTopicPolicy(values, text(values, "policy"), context),
  updated: (values, _, { context }) => {
    setTopicPolicy(values, text(values, "policy"), context);
    return undefined;
  },
  deleted: (values, context) =>
    setTopicPolicy(values, topicPolicy(text(values, "arn"), context.aws.accountId), context),
  observe: (values, { world }) => {
    const found = topics(world).get(text(values, "arn"));
    return found ? { policy: JSON.stringify(found.policy) } : null;
  },
};

export const topicSubscription: AwsTypeSpec = {
  service: "SNS",
  type: "aws_sns_topic_subscription",
  title: "SNS Topic Subscription",
  calls: {
    create: "Subscribe",
    read: "GetSubscriptionAttributes",
    update: "SetSubscriptionAttributes",
    delete: "Unsubscribe",
  },
  forcesReplacement: ["endpoint", "protocol", "topic_arn"],
  defaults: {
    confirmation_timeout_in_minutes: 1,
    endpoint_auto_confirms: false,
    raw_message_delivery: false,
  },
  documents: ["filter_policy", "redrive_policy", "delivery_policy"],
  label: (values) => text(values, "topic_arn"),
  identify: (planned, { mint }) => `${text(planned, "topic_arn")}:${mint.uuid()}`,
  arn: (values) => text(values, "id"),
  computed: (values, { context }) => ({
    confirmation_was_authenticated: true,
    filter_policy_scope: text(values, "filter_policy_scope"),
    owner_id: context.aws.accountId,
    pending_confirmation: text(values, "protocol").startsWith("email"),
  }),
  refuseCreate: (values, context) => refuseWithoutTopic({ arn: values.topic_arn ?? null }, context),
};

const queueUrl = (name: string, context: ProviderContext): string =>
  `https://sqs.${context.region}.amazonaws.com/${context.aws.accountId}/${name}`;

export const queue: AwsTypeSpec = {
  service: "SQS",
  type: "aws_sqs_queue",
  title: "SQS Queue",
  calls: {
    create: "CreateQueue",
    read: "GetQueueAttributes",
    update: "SetQueueAttributes",
    delete: "DeleteQueue",
  },
  forcesReplacement: ["fifo_queue", "name", "name_prefix"],
  defaults: {
    content_based_deduplication: false,
    delay_seconds: 0,
    fifo_queue: false,
    // 1 MiB since August 2025: SQS quotas.
    max_message_size: 1_048_576,
    message_retention_seconds: 345_600,
    receive_wait_time_seconds: 0,
    visibility_timeout_seconds: 30,
  },
  policies: ["policy"],
  documents: ["redrive_policy", "redrive_allow_policy"],
  identify: (planned, { context, mint }) => queueUrl(named(planned, mint.hex(26)), context),
  arn: (values, context) =>
    arnIn(context, "sqs", text(values, "id").split("/").at(-1) || text(values, "name")),
  computed: (values) => ({
    name: text(values, "id").split("/").at(-1) ?? "",
    name_prefix: text(values, "name_prefix"),
    deduplication_scope: "",
    fifo_throughput_limit: "",
    kms_data_key_reuse_period_seconds: count(values, "kms_data_key_reuse_period_seconds") || 300,
    policy: text(values, "policy"),
    redrive_allow_policy: text(values, "redrive_allow_policy"),
    redrive_policy: text(values, "redrive_policy"),
    sqs_managed_sse_enabled: values.sqs_managed_sse_enabled ?? text(values, "kms_master_key_id") === "",
    url: values.id ?? null,
  }),
  refuseCreate: (values, context) => {
    if (findResource(context.world, "aws_sqs_queue", queueUrl(text(values, "name"), context)))
      throw new AwsError(
        "QueueAlreadyExists",
        `A queue already exists with the same name and a different value for attribute VisibilityTimeout`,
      );
  },
};

export const queuePolicy: AwsTypeSpec = {
  service: "SQS",
  type: "aws_sqs_queue_policy",
  title: "SQS Queue Policy",
  calls: {
    create: "SetQueueAttributes",
    read: "GetQueueAttributes",
    update: "SetQueueAttributes",
    delete: "SetQueueAttributes",
  },
  forcesReplacement: ["queue_url"],
  policies: ["policy"],
  label: (values) => text(values, "queue_url"),
  identify: (planned) => text(planned, "queue_url"),
  refuseCreate: (values, context) => {
    if (!findResource(context.world, "aws_sqs_queue", text(values, "queue_url")))
      throw new AwsError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
  },
};

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
  identify: (planned, { mint }) => named(planned, mint.hex(26)),
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
