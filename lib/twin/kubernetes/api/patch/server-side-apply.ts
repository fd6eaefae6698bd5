import type { Json } from "../../../world/world.ts";
import type { ApiObject, ManagedFieldsEntry } from "../api-object.ts";
import { copyJson, isObject, type JsonObject, sameJson } from "../json-values.ts";
import { ApiError } from "../status.ts";
import {
  changedFields,
  type FieldSet,
  fieldsOf,
  itemsOf,
  type ListKeys,
  ownable,
  without,
} from "./field-set.ts";
import { listKeysOf, type Writer } from "./managed-fields.ts";

/**
 * Server-side apply: sets what the configuration says, removes what this manager said before and says no more,
 * refuses to overrule others unless forced.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applyConfiguration(
  existing: ApiObject,
  configuration: JsonObject,
  writer: Writer & { force: boolean },
): JsonObject {
  const listKeys = listKeysOf(existing.apiVersion);
  const wanted = ownable(configuration);
  const entries = existing.metadata.managedFields ?? [];
  const own = entries.find((entry) => isOwn(entry, writer));
  const others = entries.filter((entry) => entry !== own);
  const changed = changedFields(ownable(existing), wanted, listKeys) ?? {};
  const contested = others.filter((entry) => overlaps(entry.fieldsV1 as FieldSet, changed));
  if (contested.length > 0 && !writer.force) throw conflicts(contested, changed);
  const now = fieldsOf(wanted, listKeys);
  const abandoned = others.reduce(
    (rest, entry) => without(rest, entry.fieldsV1 as FieldSet),
    without((own?.fieldsV1 ?? {}) as FieldSet, now),
  );
  const pruned = prune(copyJson(existing) as JsonObject, abandoned, listKeys);
  const merged = mergeApplied(pruned, wanted, listKeys) as JsonObject;
  const managedFields = [
    ...others
      .map((entry) => ({ ...entry, fieldsV1: without(entry.fieldsV1 as FieldSet, changed) }))
      .filter((entry) => Object.keys(entry.fieldsV1).length > 0),
    entryOf(existing, writer, own, now),
  ];
  return { ...merged, metadata: { ...(merged.metadata as JsonObject), managedFields } };
}

export function entryOf(
  object: Pick<ApiObject, "apiVersion">,
  writer: Writer,
  own: ManagedFieldsEntry | undefined,
  fields: FieldSet,
): ManagedFieldsEntry {
  return {
    manager: writer.manager,
    operation: "Apply",
    apiVersion: object.apiVersion,
    time: own && sameJson(own.fieldsV1, fields) ? own.time : writer.time,
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  };
}

const isOwn = (entry: ManagedFieldsEntry, writer: Writer): boolean =>
  entry.operation === "Apply" && entry.manager === writer.manager && entry.subresource === writer.subresource;

function overlaps(a: FieldSet, b: FieldSet): boolean {
  return Object.entries(b).some(([key, part]) => {
    const found = a[key];
    if (found === undefined || key === ".") return false;
    const isLeaf = Object.keys(found).length === 0 || Object.keys(part).length === 0;
    return isLeaf || overlaps(found, part);
  });
}

function conflicts(contested: ManagedFieldsEntry[], changed: FieldSet): ApiError {
  const causes = contested.flatMap((entry) =>
    paths(entry.fieldsV1 as FieldSet, changed).map((field) => ({
      reason: "FieldManagerConflict",
      message: `conflict with "${entry.manager}"${entry.operation === "Update" ? ` using ${entry.apiVersion}` : ""}`,
      field,
    })),
  );
  const word = causes.length === 1 ? "conflict" : "conflicts";
  const listed = causes.map(({ message, field }) => `${message}: ${field}`).join("\n");
  return new ApiError(409, "Conflict", `Apply failed with ${causes.length} ${word}: ${listed}`, { causes });
}

function paths(owned: FieldSet, changed: FieldSet, prefix = ""): string[] {
  return Object.entries(changed).flatMap(([key, part]) => {
    const found = owned[key];
    if (found === undefined || key === ".") return [];
    const name = key.startsWith("f:") ? `.${key.slice(2)}` : shownItem(key);
    const isLeaf = Object.keys(found).length === 0 || Object.keys(part).length === 0;
    return isLeaf ? [prefix + name] : paths(found, part, prefix + name);
  });
}

const shownItem = (key: string): string =>
  `[${key
    .slice(2)
    .replace(/^\{|\}$/g, "")
    .replace(/"([^"]+)":/g, "$1=")}]`;

/** Takes fields away; empty parents stay, as they may be owned by others. */
function prune(value: JsonObject, fields: FieldSet, listKeys: ListKeys): JsonObject {
  for (const [key, part] of Object.entries(fields)) {
    if (!key.startsWith("f:")) continue;
    const name = key.slice(2);
    const child = value[name];
    if (Object.keys(part).length === 0) delete value[name];
    else if (isObject(child)) {
      prune(child, part, listKeys);
      if (Object.keys(child).length === 0) delete value[name];
    } else if (Array.isArray(child)) pruneList(value, name, child, part, listKeys);
  }
  return value;
}

function pruneList(
  parent: JsonObject,
  name: string,
  list: Json[],
  fields: FieldSet,
  listKeys: ListKeys,
): void {
  const items = itemsOf(name, list, listKeys(name, list));
  if (!items) return;
  const kept = [...items].filter(([key, item]) => {
    const part = fields[key];
    if (part && key.startsWith("k:") && !("." in part) && isObject(item)) prune(item, part, listKeys);
    return !part || (key.startsWith("k:") && !("." in part));
  });
  if (kept.length > 0) parent[name] = kept.map(([, item]) => item);
  else delete parent[name];
}

function mergeApplied(current: Json | undefined, wanted: Json, listKeys: ListKeys, field = ""): Json {
  if (isObject(wanted)) {
    const result: JsonObject = isObject(current) ? { ...current } : {};
    for (const [key, value] of Object.entries(wanted))
      result[key] = mergeApplied(result[key], value, listKeys, key);
    return result;
  }
  if (!Array.isArray(wanted) || !Array.isArray(current)) return copyJson(wanted);
  const keys = listKeys(field, current, wanted);
  const [old, now] = [itemsOf(field, current, keys), itemsOf(field, wanted, keys)];
  if (!old || !now) return copyJson(wanted);
  for (const [key, value] of now) old.set(key, mergeApplied(old.get(key), value, listKeys));
  return [...old.values()];
}
