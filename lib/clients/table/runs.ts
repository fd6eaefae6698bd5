import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { RunTable } from "../../run/ports.ts";
import { type RunRecord, RunRecordSchema } from "../../run/records.ts";
import { fromAttributes, toAttribute, toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

/** Run records. Each operation touches only the attributes that are its own, so that none undoes another's. */
export function runTable(connection: TableConnection): RunTable {
  const { dynamo, table } = connection;
  const keyFor = (runId: string) => keyOf(`environment#${connection.environment}`, `run#${runId}`);
  const set = (runId: string, values: Record<string, unknown>) =>
    dynamo.send(new UpdateItemCommand({ TableName: table, Key: keyFor(runId), ...assign(values) }));
  return {
    async create(record, expiresAt) {
      await ifCondition(
        dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyFor(record.runId), ...toAttributes({ ...record, expiresAt }) },
            // A name is free again 90 days after its execution: then the record there is of an ended run.
            ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(finalStatus)",
          }),
        ),
      );
    },
    async read(runId): Promise<RunRecord | undefined> {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: table, Key: keyFor(runId), ConsistentRead: true }),
      );
      return Item && RunRecordSchema.parse(fromAttributes(Item));
    },
    async saveOutcomes(runId, outcomes) {
      for (const outcome of outcomes)
        await dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyFor(runId),
            UpdateExpression: "SET outcomes.#layer = :outcome",
            ExpressionAttributeNames: { "#layer": outcome.layer },
            ExpressionAttributeValues: { ":outcome": toAttribute(outcome) },
          }),
        );
    },
    async saveFailure(runId, executionArn, failure, expiresAt) {
      await set(runId, { runId, executionArn, failure, expiresAt });
    },
    async saveEnd(runId, executionArn, finalStatus, endedAt, expiresAt) {
      await set(runId, { runId, executionArn, finalStatus, endedAt, expiresAt });
    },
    claimNotification: (runId, now, staleBefore) => claim(connection, keyFor(runId), now, staleBefore),
    async releaseNotification(runId) {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyFor(runId),
          UpdateExpression: "REMOVE notification, notificationAt",
        }),
      );
    },
    async markNotificationSent(runId, now) {
      await set(runId, { notification: "sent", notificationAt: now });
    },
  };
}

/** `SET #a = :a, …`: names go through placeholders, because many plain words are reserved in DynamoDB. */
function assign(values: Record<string, unknown>) {
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`:${name}`, toAttribute(value)]),
    ),
  };
}

async function claim(
  { dynamo, table }: TableConnection,
  key: ReturnType<typeof keyOf>,
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
