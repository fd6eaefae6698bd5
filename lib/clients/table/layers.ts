import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { LayerTable } from "../../run/ports.ts";
import { LayerRecordSchema } from "../../run/records.ts";
import { fromAttributes, toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";

/** Layers as last recorded. Only the holder of the lease records, so the last write is the newest run's. */
export function layerTable(connection: TableConnection): LayerTable {
  return {
    async read(layer) {
      const { Item } = await connection.dynamo.send(
        new GetItemCommand({
          TableName: connection.table,
          Key: keyOf(`environment#${connection.environment}`, `layer#${layer}`),
          ConsistentRead: true,
        }),
      );
      return Item && LayerRecordSchema.parse(fromAttributes(Item));
    },
    async save(record) {
      const key = keyOf(`environment#${connection.environment}`, `layer#${record.layer}`);
      await connection.dynamo.send(
        new PutItemCommand({ TableName: connection.table, Item: { ...key, ...toAttributes(record) } }),
      );
    },
  };
}
