import type { ApiObject, ManagedFieldsEntry } from "../api-object.ts";
import {
  atomicLists,
  builtInListKeys,
  changedFields,
  type FieldSet,
  fieldsOf,
  intersection,
  type ListKeys,
  ownable,
  union,
  without,
} from "./field-set.ts";

export interface Writer {
  readonly manager: string;
  readonly time: string;
  readonly subresource?: string;
}

/** Groups whose types are compiled in; their lists have keys that everyone knows. */
const isBuiltIn = (apiVersion: string): boolean =>
  !apiVersion.includes(".") || (apiVersion.split("/")[0] ?? "").endsWith(".k8s.io");

export const listKeysOf = (apiVersion: string): ListKeys =>
  isBuiltIn(apiVersion) ? builtInListKeys : atomicLists;

/** Writes into managedFields who has just set what by a create, an update or a patch other than apply. */
export function recordUpdate(existing: ApiObject | undefined, object: ApiObject, writer: Writer): void {
  const listKeys = listKeysOf(object.apiVersion);
  const now = ownable(object);
  const there = fieldsOf(now, listKeys);
  const changed = existing ? changedFields(ownable(existing), now, listKeys) : there;
  const entries = object.metadata.managedFields ?? [];
  const isOwn = (entry: ManagedFieldsEntry): boolean =>
    entry.operation === "Update" &&
    entry.manager === writer.manager &&
    entry.subresource === writer.subresource;
  const own = entries.find(isOwn);
  const others = entries
    .filter((entry) => entry !== own)
    .map((entry) => keep(entry, changed ?? {}, there))
    .filter((entry) => Object.keys(entry.fieldsV1).length > 0);
  const mine = union(intersection((own?.fieldsV1 ?? {}) as FieldSet, there), changed ?? {});
  const isNew = changed !== undefined || !own;
  const entry: ManagedFieldsEntry = {
    manager: writer.manager,
    operation: "Update",
    apiVersion: object.apiVersion,
    time: isNew ? writer.time : (own?.time ?? writer.time),
    fieldsType: "FieldsV1",
    fieldsV1: mine,
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  };
  const all = Object.keys(mine).length > 0 ? [...others, entry] : others;
  if (all.length > 0) object.metadata.managedFields = all;
  else delete object.metadata.managedFields;
}

/** What another manager still owns after `taken` changed hands and other fields vanished. */
function keep(entry: ManagedFieldsEntry, taken: FieldSet, there: FieldSet): ManagedFieldsEntry {
  return { ...entry, fieldsV1: intersection(without(entry.fieldsV1 as FieldSet, taken), there) };
}
