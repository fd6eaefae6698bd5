import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Notifier } from "../run/ports.ts";
import { SDK_SETTINGS } from "./sdk.ts";

const text = (value: string) => ({ DataType: "String", StringValue: value });

export function connectNotifier(sns: SNSClient = new SNSClient(SDK_SETTINGS)): Notifier {
  return {
    async publish(topicArn, notification) {
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: notification.subject,
          Message: notification.text,
          MessageAttributes: {
            event: text(notification.event),
            environment: text(notification.environment),
            runId: text(notification.runId),
            ...(notification.detail && { detail: text(JSON.stringify(notification.detail)) }),
          },
        }),
      );
    },
  };
}
