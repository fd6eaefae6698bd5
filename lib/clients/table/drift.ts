import { PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type DriftMemory, DriftMemorySchema } from "../../drift/drifted.ts";
import type { DriftTable } from "../../drift/judge.ts";
import { fromAttributes, toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";

/** What is remembered of drift: `drift#<layer>#<address>`. */
export function driftTable({ dynamo, table, environment }: TableConnection): DriftTable {
  const pk = `environment#${environment}`;
  return {
    async all() {
      const found: DriftMemory[] = [];
      let start: Record<string, never> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk AND begins_with(sk, :drift)",
            ExpressionAttributeValues: { ":pk": { S: pk }, ":drift": { S: "drift#" } },
            ConsistentRead: true,
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        found.push(...Items.map((item) => DriftMemorySchema.parse(fromAttributes(item))));
        start = LastEvaluatedKey as Record<string, never> | undefined;
      } while (start !== undefined);
      return found;
    },
    async save(memory, expiresAt) {
      const key = keyOf(pk, `drift#${memory.layer}#${memory.address}`);
      const item = { ...key, ...toAttributes({ ...memory, ...(expiresAt && { expiresAt }) }) };
      await dynamo.send(new PutItemCommand({ TableName: table, Item: item }));
    },
  };
}
