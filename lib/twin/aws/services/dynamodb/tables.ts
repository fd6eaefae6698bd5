import type { World } from "../../../world/world.ts";
import { AWS_COLLECTIONS, type TableRecord } from "../../collections.ts";
import { AwsError } from "../../contract.ts";
import type { Call } from "../../service.ts";
import { type AttributeValue, type Item, invalid } from "./values.ts";

/** Tables are named by name or ARN. @throws ResourceNotFoundException */
export function tableRecord(world: World, reference: string): TableRecord {
  const name = reference.replace(/^arn:.*:table\//, "");
  const record = world.collection<TableRecord>(AWS_COLLECTIONS.tables).get(name);
  if (record) return record;
  throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
}

export const keyNames = (table: TableRecord): string[] =>
  table.sortKey === undefined ? [table.partitionKey] : [table.partitionKey, table.sortKey];

const textOf = (value: AttributeValue | undefined): string => String(Object.values(value ?? {})[0] ?? "");

/** Where an item lies in the world. @throws ValidationException when a key attribute is missing or empty */
export function itemKey(table: TableRecord, item: Item): string {
  const values = keyNames(table).map((name) => {
    const value = item[name];
    if (!value || !["S", "N", "B"].includes(Object.keys(value)[0] ?? ""))
      throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    if (textOf(value) === "")
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    return textOf(value);
  });
  return `${table.name}/${JSON.stringify(values)}`;
}

/** @throws ValidationException when a `Key` holds more or less than the key attributes */
export function exactKey(table: TableRecord, key: Item): string {
  if (Object.keys(key).length !== keyNames(table).length || keyNames(table).some((name) => !key[name]))
    throw invalid("The provided key element does not match the schema");
  return itemKey(table, key);
}

export const items = (world: World) => world.collection<Item>(AWS_COLLECTIONS.items);

export function itemsOf(world: World, table: TableRecord): Item[] {
  return items(world)
    .entries()
    .filter(([key]) => key.startsWith(`${table.name}/[`))
    .map(([, item]) => item);
}

/** Authorises an action on a table (or an index of it) with the partition key that it touches. */
export function allowItem(call: Call, action: string, table: TableRecord, key: Item, index?: string): void {
  const resource = index === undefined ? table.arn : `${table.arn}/index/${index}`;
  const leading = textOf(key[table.partitionKey]);
  call.allow(`dynamodb:${action}`, resource, leading === "" ? {} : { "dynamodb:LeadingKeys": [leading] });
}
