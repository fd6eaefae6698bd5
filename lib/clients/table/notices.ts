import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { NoticeTable } from "../../run/ports.ts";
import { toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

/** `run#<runId>` / `notice#<name>`: the item's being there means that the notice was given. */
export function noticeTable({ dynamo, table }: TableConnection): NoticeTable {
  const keyFor = (runId: string, notice: string) => keyOf(`run#${runId}`, `notice#${notice}`);
  return {
    claim: (runId, notice, givenAt, expiresAt) =>
      ifCondition(
        dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...keyFor(runId, notice), ...toAttributes({ givenAt, expiresAt }) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      ),
    async release(runId, notice) {
      await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyFor(runId, notice) }));
    },
  };
}
