import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { RunTable } from "../../run/ports.ts";
import { type RunRecord, RunRecordSchema } from "../../run/records.ts";
import { fromAttributes, toAttribute, toAttributes } from "./attributes.ts";
import { claimNotification, markNotificationSent, releaseNotification } from "./claims.ts";
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
    async saveFindings(runId, findings) {
      await set(runId, { findings });
    },
    async saveFailure(runId, executionArn, failure, expiresAt) {
      await set(runId, { runId, executionArn, failure, expiresAt });
    },
    async saveEnd(runId, executionArn, finalStatus, endedAt, expiresAt) {
      await set(runId, { runId, executionArn, finalStatus, endedAt, expiresAt });
    },
    claimNotification: (runId, now, staleBefore) =>
      claimNotification(connection, keyFor(runId), now, staleBefore),
    releaseNotification: (runId) => releaseNotification(connection, keyFor(runId)),
    markNotificationSent: (runId, now) => markNotificationSent(connection, keyFor(runId), now),
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
