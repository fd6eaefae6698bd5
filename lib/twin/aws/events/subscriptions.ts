import { COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import { AWS_COLLECTIONS, type NotificationRecord, type SubscriptionRecord } from "../collections.ts";
import type { Aws } from "../contract.ts";
import { functionReference } from "../services/lambda.ts";
import { checkFunctionPolicy } from "./deliver.ts";
import { noteFailedDelivery } from "./failed-deliveries.ts";

/** A message as SNS hands it to a function. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
function snsEvent(subscription: SubscriptionRecord, message: NotificationRecord): Json {
  const attributes = Object.entries(message.messageAttributes).map(([name, { type, value }]) => [
    name,
    { Type: type, Value: value },
  ]);
  return {
    Records: [
      {
        EventVersion: "1.0",
        EventSubscriptionArn: subscription.arn,
        EventSource: "aws:sns",
        Sns: {
          Type: "Notification",
          MessageId: message.messageId,
          TopicArn: message.topicArn,
          Subject: message.subject ?? null,
          Message: message.message,
          Timestamp: new Date(message.at).toISOString(),
          SignatureVersion: "1",
          MessageAttributes: Object.fromEntries(attributes),
        },
      },
    ],
  };
}

/** SNS calls the functions that are subscribed to a topic, as it does each: asynchronously, by Lambda's own queue. */
export function deliverToSubscribers(aws: Aws, world: World): void {
  world.on<{ key: string }>("sns.published", ({ key }) => {
    const message = world.collection<NotificationRecord>(COLLECTIONS.notifications).get(key);
    const all = world.collection<SubscriptionRecord>(AWS_COLLECTIONS.subscriptions).values();
    for (const subscription of all) {
      if (message === undefined || subscription.topicArn !== message.topicArn) continue;
      try {
        checkFunctionPolicy(world, subscription.endpoint, {
          service: "sns.amazonaws.com",
          arn: subscription.topicArn,
          accountId: aws.accountId,
        });
        const functionName = functionReference(subscription.endpoint).name;
        world.schedule(0, "lambda.async", {
          functionName,
          payload: snsEvent(subscription, message),
          attempt: 1,
        });
      } catch (error) {
        noteFailedDelivery(world, subscription.arn, subscription.endpoint, error);
      }
    }
  });
}
