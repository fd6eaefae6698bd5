import { z } from "zod";
import { COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { AWS_COLLECTIONS, type NotificationRecord, type TopicRecord } from "../collections.ts";
import { AwsError } from "../contract.ts";
import { operation, page, present } from "../service.ts";
import { useKey } from "./kms.ts";

/** 256 KiB: SNS API reference, Publish. */
const MAXIMUM_BYTES = 262_144;

export const PublishSchema = z.object({
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  Subject: z.string().optional(),
  Message: z.string(),
  MessageStructure: z.string().optional(),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string(),
        StringValue: z.string().optional(),
        BinaryValue: z.string().optional(),
      }),
    )
    .optional(),
});

function check({ Subject, Message }: { Subject?: string | undefined; Message: string }): void {
  if (Message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
  if (Buffer.byteLength(Message) > MAXIMUM_BYTES)
    throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
  // Subjects are shorter than 101 characters and hold no line breaks (same page).
  if (Subject !== undefined && (Subject === "" || Subject.length > 100 || /[\r\n]/.test(Subject)))
    throw new AwsError("InvalidParameter", "Invalid parameter: Subject");
}

/** Leaves a message at a topic, whoever asks. */
export function publish(world: World, input: z.output<typeof PublishSchema>): string {
  check(input);
  const topicArn = input.TopicArn ?? input.TargetArn ?? "";
  if (!world.collection<TopicRecord>(AWS_COLLECTIONS.topics).has(topicArn))
    throw new AwsError("NotFound", "Topic does not exist", 404);
  const published = world.collection<NotificationRecord>(COLLECTIONS.notifications);
  const sequence = published.keys().filter((key) => key.startsWith(`${topicArn}/`)).length;
  const messageAttributes: NotificationRecord["messageAttributes"] = {};
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(input.MessageAttributes ?? {}))
    messageAttributes[name] = { type: DataType, value: StringValue ?? BinaryValue ?? "" };
  const record: NotificationRecord = {
    messageId: world.uuid(),
    topicArn,
    ...(input.Subject === undefined ? {} : { subject: input.Subject }),
    message: input.Message,
    messageAttributes,
    at: world.clock.now(),
  };
  const key = `${topicArn}/${String(sequence).padStart(6, "0")}`;
  published.set(key, record);
  world.emit("sns.published", { key });
  return record.messageId;
}

export const sns = {
  Publish: operation(PublishSchema, (call, input) => {
    const topicArn = input.TopicArn ?? input.TargetArn ?? "";
    call.allow("SNS:Publish", topicArn);
    const key = call.world.collection<TopicRecord>(AWS_COLLECTIONS.topics).get(topicArn)?.kmsKey;
    // Who publishes to an encrypted topic needs both: SNS developer guide, "Key management".
    if (key !== undefined && key !== "alias/aws/sns") {
      useKey(call, key, "kms:GenerateDataKey", "sns");
      useKey(call, key, "kms:Decrypt", "sns");
    }
    return { MessageId: publish(call.world, input) };
  }),
  /** 100 topics a page: SNS API reference, ListTopics. */
  ListTopics: operation(z.object({ NextToken: z.string().optional() }), (call, { NextToken }) => {
    call.allow("SNS:ListTopics", `arn:aws:sns:${call.region}:${call.accountId}:*`);
    const topics = call.world.collection<TopicRecord>(AWS_COLLECTIONS.topics).values();
    const { items, next } = page(topics, NextToken, 100);
    return present({ Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next });
  }),
  GetTopicAttributes: operation(z.object({ TopicArn: z.string() }), ({ world, allow }, { TopicArn }) => {
    allow("SNS:GetTopicAttributes", TopicArn);
    const topic = world.collection<TopicRecord>(AWS_COLLECTIONS.topics).get(TopicArn);
    if (!topic) throw new AwsError("NotFound", "Topic does not exist", 404);
    return { Attributes: { TopicArn, DisplayName: topic.displayName } };
  }),
};
