import { z } from "zod";
import type { TableRecord } from "../../collections.ts";
import { asJson, type Call, present } from "../../service.ts";
import { type Condition, holds, parseCondition } from "./conditions.ts";
import { projected } from "./paths.ts";
import { allowItem, itemKey, itemsOf, keyNames, tableRecord } from "./tables.ts";
import { type Path, Substitutions, Tokens } from "./tokens.ts";
import { AttributeValueSchema, compare, type Item, ItemSchema, invalid } from "./values.ts";

export const QuerySchema = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string(),
  FilterExpression: z.string().optional(),
  ProjectionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: z.record(z.string(), AttributeValueSchema).optional(),
  ScanIndexForward: z.boolean().default(true),
  Limit: z.number().int().positive().optional(),
  ExclusiveStartKey: ItemSchema.optional(),
  Select: z.string().optional(),
  ConsistentRead: z.boolean().optional(),
});

interface Keys {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

const flattened = (condition: Condition): Condition[] =>
  condition.kind === "and" ? condition.parts.flatMap(flattened) : [condition];

const attributeOf = (condition: Condition): string | undefined => {
  const first =
    condition.kind === "compare"
      ? condition.left
      : condition.kind === "between"
        ? condition.value
        : condition.kind === "call" && condition.name === "begins_with"
          ? condition.parameters[0]
          : undefined;
  const [step, ...rest] = first?.kind === "path" ? first.path : [];
  return step && rest.length === 0 && "name" in step ? step.name : undefined;
};

/** The partition that a key condition names. @throws ValidationException for what is no key condition */
function partitionOf(condition: Condition, { partitionKey, sortKey }: Keys): Item {
  const parts = flattened(condition);
  const partition = parts.find((part) => attributeOf(part) === partitionKey);
  if (partition?.kind !== "compare" || partition.operator !== "=" || partition.right.kind !== "value")
    throw invalid(`Query condition missed key schema element: ${partitionKey}`);
  const others = parts.filter((part) => part !== partition);
  const isKeyCondition = (part: Condition): boolean =>
    sortKey !== undefined &&
    attributeOf(part) === sortKey &&
    !(part.kind === "compare" && part.operator === "<>");
  if (others.length > 1 || !others.every(isKeyCondition)) throw invalid("Query key condition not supported");
  return { [partitionKey]: partition.right.value };
}

export function parseProjection(expression: string, substitutions: Substitutions): Path[] {
  const tokens = new Tokens(expression, substitutions);
  const paths = [tokens.path()];
  while (tokens.takes(",")) paths.push(tokens.path());
  tokens.expectEnd();
  return paths;
}

function keysOf(table: TableRecord, indexName: string | undefined): Keys {
  if (indexName === undefined) return table;
  const index = table.indexes[indexName];
  if (!index) throw invalid(`The table does not have the specified index: ${indexName}`);
  return index;
}

function ordered(found: Item[], { sortKey }: Keys, forward: boolean): Item[] {
  const sign = forward ? 1 : -1;
  return found.sort((a, b) => {
    const [left, right] = sortKey === undefined ? [] : [a[sortKey], b[sortKey]];
    return left && right ? sign * (compare(left, right) ?? 0) : 0;
  });
}

const keyOf = (table: TableRecord, keys: Keys, item: Item): Item => {
  const names = new Set([...keyNames(table), keys.partitionKey, ...(keys.sortKey ? [keys.sortKey] : [])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
};

export function query(call: Call, input: z.output<typeof QuerySchema>) {
  const table = tableRecord(call.world, input.TableName);
  const keys = keysOf(table, input.IndexName);
  const substitutions = new Substitutions(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const condition = parseCondition(input.KeyConditionExpression, substitutions);
  const partition = partitionOf(condition, keys);
  const filter =
    input.FilterExpression === undefined ? undefined : parseCondition(input.FilterExpression, substitutions);
  const paths =
    input.ProjectionExpression === undefined
      ? undefined
      : parseProjection(input.ProjectionExpression, substitutions);
  substitutions.checkAllUsed();
  allowItem(call, "Query", table, partition, input.IndexName);
  const { ExclusiveStartKey: start, Limit } = input;
  const matching = ordered(
    itemsOf(call.world, table).filter((item) => holds(condition, item)),
    keys,
    input.ScanIndexForward,
  );
  const startKey = start && itemKey(table, start);
  const from = startKey ? matching.findIndex((item) => itemKey(table, item) === startKey) + 1 : 0;
  const examined = matching.slice(from, Limit === undefined ? undefined : from + Limit);
  const found = filter ? examined.filter((item) => holds(filter, item)) : examined;
  const last = examined.at(-1);
  const isMore = last !== undefined && Limit !== undefined && examined.length === Limit;
  const shown = paths ? found.map((item) => projected(item, paths)) : found;
  return present({
    Items: input.Select === "COUNT" ? undefined : asJson(shown),
    Count: found.length,
    ScannedCount: examined.length,
    LastEvaluatedKey: isMore && last ? asJson(keyOf(table, keys, last)) : undefined,
  });
}
