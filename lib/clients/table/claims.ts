import { type AttributeValue, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

type Key = Record<string, AttributeValue>;

/** Who may send the notification of an item: at most one caller at a time, and nobody once it is sent. */
export async function claimNotification(
  { dynamo, table }: TableConnection,
  key: Key,
  now: string,
  staleBefore: string,
): Promise<"claimed" | "sent" | "busy"> {
  const claimed = await ifCondition(
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key,
        UpdateExpression: "SET notification = :claimed, notificationAt = :now",
        ConditionExpression:
          "attribute_not_exists(notification) OR (notification = :claimed AND notificationAt < :stale)",
        ExpressionAttributeValues: {
          ":claimed": { S: "claimed" },
          ":now": { S: now },
          ":stale": { S: staleBefore },
        },
      }),
    ),
  );
  if (claimed) return "claimed";
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
  );
  return Item?.notification?.S === "sent" ? "sent" : "busy";
}

export async function releaseNotification({ dynamo, table }: TableConnection, key: Key): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: key,
      UpdateExpression: "REMOVE notification, notificationAt",
    }),
  );
}

export async function markNotificationSent(
  { dynamo, table }: TableConnection,
  key: Key,
  now: string,
): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: key,
      UpdateExpression: "SET notification = :sent, notificationAt = :now",
      ExpressionAttributeValues: { ":sent": { S: "sent" }, ":now": { S: now } },
    }),
  );
}
