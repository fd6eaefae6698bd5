import { z } from "zod";
import type { Json } from "../../../world/world.ts";
import type { TableRecord } from "../../collections.ts";
import { asJson, type Call, DetailedAwsError } from "../../service.ts";
import { holds, parseCondition } from "./conditions.ts";
import { allowItem, exactKey, itemKey, items, keyNames, tableRecord } from "./tables.ts";
import { Substitutions } from "./tokens.ts";
import { checkKeysKept, parseUpdate, touched, updated } from "./updates.ts";
import { AttributeValueSchema, type Item, ItemSchema, invalid } from "./values.ts";

const conditional = {
  TableName: z.string(),
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: z.record(z.string(), AttributeValueSchema).optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(["NONE", "ALL_OLD"]).optional(),
};

export const PutSchema = z.object({ ...conditional, Item: ItemSchema });
export const DeleteSchema = z.object({ ...conditional, Key: ItemSchema });
export const CheckSchema = z.object({ ...conditional, ConditionExpression: z.string(), Key: ItemSchema });
export const UpdateSchema = z.object({
  ...conditional,
  Key: ItemSchema,
  UpdateExpression: z.string().optional(),
});

/** A write that has been parsed and authorised, and is now a question of its condition. */
export interface PreparedWrite {
  readonly table: TableRecord;
  readonly key: string;
  readonly before: Item | undefined;
  /** What the item will be; undefined when it will be gone, null when the write only checks. */
  readonly after: Item | undefined | null;
  readonly conditionHolds: boolean;
  readonly returnsOldOnFailure: boolean;
  /** The attributes an update names, of an item before or after it. */
  readonly touched: (item: Item) => Item;
}

interface Conditional {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: z.output<typeof conditional.ExpressionAttributeValues>;
  readonly ReturnValuesOnConditionCheckFailure?: "NONE" | "ALL_OLD" | undefined;
}

const same = (item: Item): Item => item;

function prepare(
  call: Call,
  input: Conditional,
  action: string,
  keyed: Item,
  change: (
    before: Item | undefined,
    substitutions: Substitutions,
    table: TableRecord,
  ) => Pick<PreparedWrite, "after"> & Partial<Pick<PreparedWrite, "touched">>,
): PreparedWrite {
  const table = tableRecord(call.world, input.TableName);
  allowItem(call, action, table, keyed);
  const isWhole = action === "PutItem";
  const key = isWhole ? itemKey(table, keyed) : exactKey(table, keyed);
  const before = items(call.world).get(key);
  const substitutions = new Substitutions(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const condition =
    input.ConditionExpression === undefined
      ? undefined
      : parseCondition(input.ConditionExpression, substitutions);
  const conditionHolds = condition === undefined || holds(condition, before ?? {});
  // Operands of an update are only read when its condition holds; its syntax is checked either way.
  const { after, touched: named = same } = change(conditionHolds ? before : {}, substitutions, table);
  substitutions.checkAllUsed();
  const returnsOldOnFailure = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  return { table, key, before, after, conditionHolds, returnsOldOnFailure, touched: named };
}

export const preparePut = (call: Call, input: z.output<typeof PutSchema>): PreparedWrite =>
  prepare(call, input, "PutItem", input.Item, () => ({ after: input.Item }));

export const prepareDelete = (call: Call, input: z.output<typeof DeleteSchema>): PreparedWrite =>
  prepare(call, input, "DeleteItem", input.Key, () => ({ after: undefined }));

export const prepareCheck = (call: Call, input: z.output<typeof CheckSchema>): PreparedWrite =>
  prepare(call, input, "ConditionCheckItem", input.Key, () => ({ after: null }));

export function prepareUpdate(call: Call, input: z.output<typeof UpdateSchema>): PreparedWrite {
  return prepare(call, input, "UpdateItem", input.Key, (before, substitutions, table) => {
    const start = { ...before, ...input.Key };
    if (input.UpdateExpression === undefined) return { after: start };
    const update = parseUpdate(input.UpdateExpression, substitutions);
    const isSkipped = before !== undefined && Object.keys(before).length === 0;
    const after = isSkipped ? start : updated(update, start);
    checkKeysKept(keyNames(table), start, after);
    return { after, touched: (item) => touched(update, item) };
  });
}

/** 400 KB: DynamoDB developer guide, "Quotas", item size. JSON is a little longer than what AWS counts. */
const MAXIMUM_ITEM_BYTES = 400 * 1024;

export function commit(call: Call, { key, after }: PreparedWrite): void {
  if (after === null) return;
  if (after === undefined) items(call.world).delete(key);
  else {
    if (Buffer.byteLength(JSON.stringify(after)) > MAXIMUM_ITEM_BYTES)
      throw invalid("Item size has exceeded the maximum allowed size");
    items(call.world).set(key, after);
  }
}

/** @throws ConditionalCheckFailedException, with the item when asked for it */
export function commitAlone(call: Call, write: PreparedWrite): void {
  if (write.conditionHolds) {
    commit(call, write);
    return;
  }
  const details: { [key: string]: Json } =
    write.returnsOldOnFailure && write.before ? { Item: asJson(write.before) } : {};
  throw new DetailedAwsError("ConditionalCheckFailedException", "The conditional request failed", details);
}
