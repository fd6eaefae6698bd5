import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SDK_SETTINGS } from "../sdk.ts";

/** The table of one environment. */
export interface TableConnection {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly environment: string;
}

export const connectTable = (
  table: string,
  environment: string,
  dynamo: DynamoDBClient = new DynamoDBClient(SDK_SETTINGS),
): TableConnection => ({ dynamo, table, environment });

export const keyOf = (pk: string, sk: string): Record<string, AttributeValue> => ({
  pk: { S: pk },
  sk: { S: sk },
});
