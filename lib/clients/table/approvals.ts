import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ApprovalTable } from "../../run/ports.ts";
import { toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";

/** Requests for approval. A retried state has a new token, so the newest request replaces the one before. */
export function approvalTable(connection: TableConnection): ApprovalTable {
  return {
    async save(approval, expiresAt) {
      const key = keyOf(`run#${approval.runId}`, `approval#${approval.layer}`);
      await connection.dynamo.send(
        new PutItemCommand({
          TableName: connection.table,
          Item: { ...key, ...toAttributes({ ...approval, expiresAt }) },
        }),
      );
    },
  };
}
