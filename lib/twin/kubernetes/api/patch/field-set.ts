import type { Json } from "../../../world/world.ts";
import { isObject, type JsonObject, sameJson } from "../json-values.ts";
import { applyKeysOf, isSet } from "./list-keys.ts";

/**
 * A set of fields as `fieldsV1` writes it: `f:<field>`, `k:{<keys>}` for an item of a keyed list, `v:<value>` for
 * an item of a set, `.` for the thing itself. An empty object is a leaf.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export type FieldSet = { [key: string]: FieldSet };

/** Chooses the keys that tell the items of a list apart; none: the list is one value. */
export type ListKeys = (field: string, ...lists: (Json | undefined)[]) => string[];

export const builtInListKeys: ListKeys = applyKeysOf;

/** Custom resources without a schema that says more: every list is one value. */
export const atomicLists: ListKeys = (field, ...lists) =>
  field === "ownerReferences" ? applyKeysOf(field, ...lists) : [];

/**
 * `k:{"name":"x"}` with the keys in order; undefined if the item lacks its first key.
 * A protocol that is left out counts as TCP, its default, in the key too.
 */
export function itemKey(item: Json, keys: readonly string[]): string | undefined {
  const [first] = keys;
  if (!isObject(item) || first === undefined || item[first] === undefined) return undefined;
  const identity = [...keys]
    .sort()
    .map((key): [string, Json | undefined] => [key, item[key] ?? (key === "protocol" ? "TCP" : undefined)])
    .filter(([, value]) => value !== undefined);
  return `k:${JSON.stringify(Object.fromEntries(identity))}`;
}

/** The items of a list by what `fieldsV1` calls them; undefined: the list is one value. */
export function itemsOf(field: string, list: Json[], keys: readonly string[]): Map<string, Json> | undefined {
  if (isSet(field)) return new Map(list.map((item) => [`v:${JSON.stringify(item)}`, item]));
  if (keys.length === 0) return undefined;
  const items = new Map<string, Json>();
  for (const item of list) {
    const key = itemKey(item, keys);
    if (key === undefined) return undefined;
    items.set(key, item);
  }
  return items;
}

/** Every field that a value sets. */
export function fieldsOf(value: Json, listKeys: ListKeys, field = ""): FieldSet {
  if (Array.isArray(value)) {
    const items = itemsOf(field, value, listKeys(field, value));
    if (!items || items.size === 0) return {};
    return Object.fromEntries(
      [...items].map(([key, item]) => [
        key,
        key.startsWith("k:") ? { ".": {}, ...fieldsOf(item, listKeys) } : {},
      ]),
    );
  }
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [`f:${key}`, fieldsOf(child, listKeys, key)]),
  );
}

/** The fields that `after` sets otherwise than `before`; undefined if there are none. */
export function changedFields(
  before: Json | undefined,
  after: Json,
  listKeys: ListKeys,
  field = "",
): FieldSet | undefined {
  if (before === undefined) return fieldsOf(after, listKeys, field);
  if (sameJson(before, after)) return undefined;
  if (isObject(before) && isObject(after)) {
    const pairs = Object.entries(after).map(([key, child]) => ({ name: `f:${key}`, key, child }));
    return children(pairs, (key) => before[key], listKeys);
  }
  if (!Array.isArray(before) || !Array.isArray(after)) return {};
  const keys = listKeys(field, before, after);
  const [old, now] = [itemsOf(field, before, keys), itemsOf(field, after, keys)];
  if (!old || !now) return {};
  const pairs = [...now].map(([name, child]) => ({ name, key: "", child }));
  return children(pairs, (_key, name) => old.get(name), listKeys);
}

function children(
  pairs: { name: string; key: string; child: Json }[],
  before: (key: string, name: string) => Json | undefined,
  listKeys: ListKeys,
): FieldSet | undefined {
  const changed: FieldSet = {};
  for (const { name, key, child } of pairs) {
    const old = before(key, name);
    const part = changedFields(old, child, listKeys, key);
    if (part) changed[name] = name.startsWith("k:") && old === undefined ? { ".": {}, ...part } : part;
  }
  return Object.keys(changed).length > 0 ? changed : undefined;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result = { ...a };
  for (const [key, part] of Object.entries(b)) result[key] = union(result[key] ?? {}, part);
  return result;
}

/** What of `a` is not in `b`. A leaf of `b` takes everything below away. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [key, part] of Object.entries(a)) {
    const taken = b[key];
    if (taken === undefined) result[key] = part;
    else if (Object.keys(taken).length > 0 && Object.keys(part).length > 0) {
      const rest = without(part, taken);
      if (Object.keys(rest).some((name) => name !== ".")) result[key] = rest;
    }
  }
  return result;
}

/** What of a set is in another one, too. A leaf of either has everything below. */
export function intersection(fields: FieldSet, there: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [key, part] of Object.entries(fields)) {
    const found = there[key];
    if (found === undefined) continue;
    const isLeaf = Object.keys(part).length === 0 || Object.keys(found).length === 0;
    const rest = isLeaf ? part : intersection(part, found);
    if (isLeaf || Object.keys(rest).length > 0) result[key] = rest;
  }
  return result;
}

const SERVER_FIELDS = [
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "generateName",
];

/** An object without what nobody owns: identity and what the server itself writes. */
export function ownable(object: JsonObject): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata, ...content } = object;
  const kept = Object.entries(isObject(metadata) ? metadata : {}).filter(
    ([key]) => !SERVER_FIELDS.includes(key),
  );
  return kept.length > 0 ? { metadata: Object.fromEntries(kept), ...content } : content;
}
