import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Approvals } from "../../api/ports.ts";
import type { ApprovalTable } from "../../run/ports.ts";
import { type ApprovalRecord, ApprovalRecordSchema } from "../../run/records.ts";
import { fromAttributes, toAttribute, toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

const keyFor = (runId: string, layer: string) => keyOf(`run#${runId}`, `approval#${layer}`);

/** Requests for approval. A retried state has a new token, so the newest request replaces the one before. */
export function approvalTable(connection: TableConnection): ApprovalTable {
  return {
    async save(approval, expiresAt) {
      await connection.dynamo.send(
        new PutItemCommand({
          TableName: connection.table,
          Item: { ...keyFor(approval.runId, approval.layer), ...toAttributes({ ...approval, expiresAt }) },
        }),
      );
    },
  };
}

/** The same items, as approvers see and decide them. */
export function approvals({ dynamo, table }: TableConnection): Approvals {
  return {
    async list(runId) {
      // One run asks for one approval a layer: they fit one page.
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :approval)",
          ExpressionAttributeValues: { ":pk": { S: `run#${runId}` }, ":approval": { S: "approval#" } },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => ApprovalRecordSchema.parse(fromAttributes(item)));
    },
    async read(runId, layer): Promise<ApprovalRecord | undefined> {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: table, Key: keyFor(runId, layer), ConsistentRead: true }),
      );
      return Item && ApprovalRecordSchema.parse(fromAttributes(Item));
    },
    decide: ({ runId, layer, taskToken }, { decision, decidedBy, decidedAt, comment = "" }) =>
      ifCondition(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyFor(runId, layer),
            UpdateExpression:
              "SET decision = :decision, decidedBy = :by, decidedAt = :at, #comment = :comment",
            ConditionExpression: "attribute_not_exists(decision) AND taskToken = :token",
            ExpressionAttributeNames: { "#comment": "comment" },
            ExpressionAttributeValues: {
              ":decision": toAttribute(decision),
              ":by": toAttribute(decidedBy),
              ":at": toAttribute(decidedAt),
              ":comment": toAttribute(comment),
              ":token": toAttribute(taskToken),
            },
          }),
        ),
      ),
  };
}
