import { type AttributeValue, QueryCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { DriftRecords } from "../../api/ports.ts";
import { fromAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";

/** Where a page ended: the sort key of its last item, which is all that differs within one environment. */
const CursorSchema = z.string().regex(/^drift#/);

/** Drifted addresses, a page at a time, in the order of layer and address. */
export function driftRecords({ dynamo, table, environment }: TableConnection): DriftRecords {
  const partition = `environment#${environment}`;
  return {
    async list({ layer, limit, cursor }) {
      const from = cursor === undefined ? undefined : readCursor(cursor);
      if (from === "bad-cursor") return from;
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :drift)",
          ExpressionAttributeValues: {
            ":pk": { S: partition },
            ":drift": { S: layer ? `drift#${layer}#` : "drift#" },
          },
          Limit: limit,
          ...(from && { ExclusiveStartKey: keyOf(partition, from) }),
        }),
      );
      const next = LastEvaluatedKey?.sk?.S;
      return {
        items: Items.map(withoutKeys),
        ...(next && { next: Buffer.from(next).toString("base64url") }),
      };
    },
  };
}

function readCursor(cursor: string): string | "bad-cursor" {
  const parsed = CursorSchema.safeParse(Buffer.from(cursor, "base64url").toString("utf8"));
  return parsed.success ? parsed.data : "bad-cursor";
}

function withoutKeys(item: Record<string, AttributeValue>): Record<string, unknown> {
  const { pk: _, sk: __, expiresAt: ___, ...rest } = fromAttributes(item);
  return rest;
}
