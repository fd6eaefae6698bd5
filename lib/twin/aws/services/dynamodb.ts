import { z } from "zod";
import type { Json } from "../../world/world.ts";
import { asJson, type Call, DetailedAwsError, operation, present } from "../service.ts";
import { projected } from "./dynamodb/paths.ts";
import { parseProjection, QuerySchema, query } from "./dynamodb/queries.ts";
import { allowItem, exactKey, items, tableRecord } from "./dynamodb/tables.ts";
import { Substitutions } from "./dynamodb/tokens.ts";
import { ItemSchema, invalid } from "./dynamodb/values.ts";
import {
  CheckSchema,
  commit,
  commitAlone,
  DeleteSchema,
  type PreparedWrite,
  PutSchema,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
  UpdateSchema,
} from "./dynamodb/writes.ts";

const returnsOld = z.object({ ReturnValues: z.enum(["NONE", "ALL_OLD"]).default("NONE") });

function attributes(write: PreparedWrite, returnValues: string): { [key: string]: Json } {
  const old = write.before;
  const made = write.after ?? undefined;
  const chosen: Record<string, Json | undefined> = {
    ALL_OLD: old && asJson(old),
    ALL_NEW: made && asJson(made),
    UPDATED_OLD: old && asJson(write.touched(old)),
    UPDATED_NEW: made && asJson(write.touched(made)),
  };
  return present({ Attributes: chosen[returnValues] });
}

const TransactSchema = z.object({
  TransactItems: z
    .array(
      z.strictObject({
        Put: PutSchema.optional(),
        Update: UpdateSchema.optional(),
        Delete: DeleteSchema.optional(),
        ConditionCheck: CheckSchema.optional(),
      }),
    )
    .min(1)
    .max(100),
  ClientRequestToken: z.string().optional(),
});
type TransactItem = z.output<typeof TransactSchema>["TransactItems"][number];

function prepared(call: Call, item: TransactItem): PreparedWrite {
  if (item.Put) return preparePut(call, item.Put);
  if (item.Update) return prepareUpdate(call, item.Update);
  if (item.Delete) return prepareDelete(call, item.Delete);
  if (item.ConditionCheck) return prepareCheck(call, item.ConditionCheck);
  throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
}

function cancelled(writes: readonly PreparedWrite[]): DetailedAwsError {
  const reasons = writes.map((write) =>
    write.conditionHolds
      ? { Code: "None" }
      : present({
          Code: "ConditionalCheckFailed",
          Message: "The conditional request failed",
          Item: write.returnsOldOnFailure && write.before ? asJson(write.before) : undefined,
        }),
  );
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new DetailedAwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

export const dynamodb = {
  PutItem: operation(PutSchema.extend(returnsOld.shape), (call, input) => {
    const write = preparePut(call, input);
    commitAlone(call, write);
    return attributes(write, input.ReturnValues);
  }),
  GetItem: operation(
    z.object({
      TableName: z.string(),
      Key: ItemSchema,
      ProjectionExpression: z.string().optional(),
      ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
    }),
    (call, { TableName, Key, ProjectionExpression, ExpressionAttributeNames }) => {
      const table = tableRecord(call.world, TableName);
      allowItem(call, "GetItem", table, Key);
      const item = items(call.world).get(exactKey(table, Key));
      const substitutions = new Substitutions(ExpressionAttributeNames, undefined);
      const paths =
        ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, substitutions);
      substitutions.checkAllUsed();
      return present({ Item: item && asJson(paths ? projected(item, paths) : item) });
    },
  ),
  UpdateItem: operation(
    UpdateSchema.extend({
      ReturnValues: z.enum(["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]).default("NONE"),
    }),
    (call, input) => {
      const write = prepareUpdate(call, input);
      commitAlone(call, write);
      return attributes(write, input.ReturnValues);
    },
  ),
  DeleteItem: operation(DeleteSchema.extend(returnsOld.shape), (call, input) => {
    const write = prepareDelete(call, input);
    commitAlone(call, write);
    return attributes(write, input.ReturnValues);
  }),
  Query: operation(QuerySchema, query),
  /** All or nothing. Client request tokens are accepted and not remembered. */
  TransactWriteItems: operation(TransactSchema, (call, { TransactItems }) => {
    const writes = TransactItems.map((item) => prepared(call, item));
    if (new Set(writes.map(({ key }) => key)).size < writes.length)
      throw invalid("Transaction request cannot include multiple operations on one item");
    if (writes.some(({ conditionHolds }) => !conditionHolds)) throw cancelled(writes);
    for (const write of writes) commit(call, write);
    return {};
  }),
};
