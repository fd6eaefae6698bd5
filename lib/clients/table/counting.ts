import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AgesPorts } from "../../ages/publish-ages.ts";
import { toAttributes } from "./attributes.ts";
import { keyOf, type TableConnection } from "./connection.ts";
import { ifCondition } from "./lease.ts";

/** `environment#<env>` / `ages`: when ages were first published; written once. */
export function counting({ dynamo, table, environment }: TableConnection): AgesPorts["counting"] {
  const key = keyOf(`environment#${environment}`, "ages");
  return {
    async since(now) {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: key }));
      if (Item?.since?.S) return new Date(Item.since.S);
      await ifCondition(
        dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...key, ...toAttributes({ since: now.toISOString() }) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      );
      return now;
    },
  };
}
