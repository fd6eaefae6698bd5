import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { RunRecords } from "../../api/ports.ts";
import { toAttribute } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";
import { runTable } from "./runs.ts";

/** Run records, as the API reads them; all that it writes there is the request to end. */
export function runRecords(connection: TableConnection): RunRecords {
  const { dynamo, table, environment } = connection;
  return {
    read: (runId) => runTable(connection).read(runId),
    requestCancel: (runId, cancel) =>
      ifCondition(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(`environment#${environment}`, `run#${runId}`),
            UpdateExpression: "SET cancel = if_not_exists(cancel, :cancel)",
            ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(finalStatus)",
            ExpressionAttributeValues: { ":cancel": toAttribute(cancel) },
          }),
        ),
      ),
  };
}
