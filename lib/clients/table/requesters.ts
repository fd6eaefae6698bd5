import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Requesters } from "../../api/ports.ts";
import { toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

/** `run#<runId>` / `requester`: who started a run, in AWS's words. */
export function requesters({ dynamo, table }: TableConnection): Requesters {
  const keyFor = (runId: string) => keyOf(`run#${runId}`, "requester");
  return {
    async save(runId, arn, expiresAt) {
      await ifCondition(
        dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyFor(runId), ...toAttributes({ arn, expiresAt }) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      );
    },
    async read(runId) {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: table, Key: keyFor(runId), ConsistentRead: true }),
      );
      return Item?.arn?.S;
    },
  };
}
