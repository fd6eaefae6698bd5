import { AWS_COLLECTIONS, type SubscriptionRecord, type TopicRecord } from "../../collections.ts";
import { arnIn, digits, generatedName, listOf, optionalText, type ResourceType } from "../resource-type.ts";

const topic: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.TopicName) ?? generatedName(request, 256);
  const arn = arnIn(request, "sns", name);
  const kmsKey = optionalText(properties.KmsMasterKeyId);
  const record: TopicRecord = {
    arn,
    name,
    displayName: optionalText(properties.DisplayName) ?? "",
    ...(kmsKey === undefined ? {} : { kmsKey }),
  };
  world.collection<TopicRecord>(AWS_COLLECTIONS.topics).set(arn, record);
  return { id: arn, attributes: { TopicArn: arn, TopicName: name }, owns: [[AWS_COLLECTIONS.topics, arn]] };
};

const topicPolicy: ResourceType = ({ world, logicalId, properties }) => {
  const topics = world.collection<TopicRecord>(AWS_COLLECTIONS.topics);
  for (const arn of listOf(properties.Topics))
    topics.update(String(arn), (record) => ({ ...record, policy: properties.PolicyDocument ?? null }));
  return { id: logicalId, attributes: {}, owns: [] };
};

/** Functions are called; who reads the mails is not part of the world, so those are only acknowledged. */
const subscription: ResourceType = (request) => {
  const { properties, world } = request;
  const topicArn = String(properties.TopicArn);
  const arn = `${topicArn}:${digits(request, 32)}`;
  const attributes = { Arn: arn };
  if (properties.Protocol !== "lambda") return { id: arn, attributes, owns: [] };
  const record: SubscriptionRecord = { arn, topicArn, endpoint: String(properties.Endpoint) };
  world.collection<SubscriptionRecord>(AWS_COLLECTIONS.subscriptions).set(arn, record);
  return { id: arn, attributes, owns: [[AWS_COLLECTIONS.subscriptions, arn]] };
};

const queue: ResourceType = (request) => {
  const { world, region, accountId, properties } = request;
  const name = optionalText(properties.QueueName) ?? generatedName(request, 80);
  const arn = arnIn(request, "sqs", name);
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  world.collection(AWS_COLLECTIONS.queues).set(arn, { arn, name, url });
  return {
    id: url,
    attributes: { Arn: arn, QueueName: name, QueueUrl: url },
    owns: [[AWS_COLLECTIONS.queues, arn]],
  };
};

const queuePolicy: ResourceType = ({ logicalId }) => ({ id: logicalId, attributes: {}, owns: [] });

export const messagingTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::SNS::Topic": topic,
  "AWS::SNS::TopicPolicy": topicPolicy,
  "AWS::SNS::Subscription": subscription,
  "AWS::SQS::Queue": queue,
  "AWS::SQS::QueuePolicy": queuePolicy,
};
