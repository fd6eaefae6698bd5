import { DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DependencyUnavailableError } from "../../run/errors.ts";
import type { LeaseTable } from "../../run/ports.ts";
import { type Lease, LeaseSchema } from "../../run/records.ts";
import { isNamed } from "../aws-errors.ts";
import { fromAttributes, toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";

/** The lease of the environment: one item, changed only under a condition on who holds it. */
export function leaseTable(connection: TableConnection): LeaseTable {
  const { dynamo, table } = connection;
  const key = keyOf(`environment#${connection.environment}`, "lease");
  const put = (lease: Lease, condition: string, holder: string) =>
    ifCondition(
      dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...key, ...toAttributes(lease) },
          ConditionExpression: condition,
          ExpressionAttributeValues: { ":holder": { S: holder } },
        }),
      ),
    );
  const holder = async (): Promise<Lease | undefined> => {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item && LeaseSchema.parse(fromAttributes(Item));
  };
  return {
    holder,
    async take(lease) {
      if (await put(lease, "attribute_not_exists(pk) OR executionArn = :holder", lease.executionArn))
        return "taken";
      const held = await holder();
      // Freed between the two calls: the next attempt will find it free.
      if (!held) throw new DependencyUnavailableError("the lease was freed while it was being looked at");
      return held;
    },
    takeOver: (lease, holder) => put(lease, "executionArn = :holder", holder.executionArn),
    free: (runId) =>
      ifCondition(
        dynamo.send(
          new DeleteItemCommand({
            TableName: table,
            Key: key,
            ConditionExpression: "runId = :runId",
            ExpressionAttributeValues: { ":runId": { S: runId } },
          }),
        ),
      ),
  };
}

/** False when the write was refused by its own condition; every other failure is thrown. */
export async function ifCondition(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isNamed(error, "ConditionalCheckFailedException")) return false;
    throw error;
  }
}
