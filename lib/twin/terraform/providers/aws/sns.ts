import { AWS_COLLECTIONS, type TopicRecord } from "../../../aws/collections.ts";
import { AwsError } from "../../../aws/contract.ts";
import type { World } from "../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../contract.ts";
import { arnIn, count, nameOrPrefixed, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { documentOf } from "./policy-json.ts";

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
  identify: (planned, { context, mint }) => arnIn(context, "sns", nameOrPrefixed(planned, mint.hex(26))),
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
