import type { Json } from "../../../world/world.ts";
import { copyJson, isObject, type JsonObject } from "../json-values.ts";
import { isSet, mergeKeyOf } from "./list-keys.ts";

const ORDER = "$setElementOrder/";
const DELETE_FROM = "$deleteFromPrimitiveList/";
const DIRECTIVES = new Set(["$patch", "$retainKeys"]);

/**
 * The patch that kubectl sends for built-in kinds: a merge patch that knows which lists have keyed items. What it does
 * not touch is shared with the target.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function applyStrategicMerge(target: Json | undefined, patch: JsonObject): JsonObject {
  if (patch.$patch === "replace") return withoutDirectives(patch);
  if (patch.$patch === "delete") return {};
  const result: JsonObject = isObject(target) ? { ...target } : {};
  retainKeys(result, patch.$retainKeys);
  for (const [key, value] of Object.entries(patch)) {
    if (DIRECTIVES.has(key) || key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETE_FROM)) deleteFrom(result, key.slice(DELETE_FROM.length), value);
    else if (value === null) delete result[key];
    else result[key] = mergeField(key, result[key], value);
  }
  for (const [key, order] of Object.entries(patch))
    if (key.startsWith(ORDER)) reorder(result, key.slice(ORDER.length), order);
  return result;
}

function retainKeys(result: JsonObject, keys: Json | undefined): void {
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

function deleteFrom(result: JsonObject, field: string, values: Json): void {
  const list = result[field];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  result[field] = list.filter((item) => !values.includes(item));
}

function mergeField(field: string, current: Json | undefined, value: Json): Json {
  if (isObject(value)) return applyStrategicMerge(current, value);
  if (!Array.isArray(value)) return value;
  if (isSet(field) && Array.isArray(current)) return [...new Set([...current, ...value])];
  const key = mergeKeyOf(field, current, value);
  return key ? mergeList(key, Array.isArray(current) ? current : [], value) : copyJson(value);
}

function mergeList(key: string, current: Json[], patches: Json[]): Json[] {
  const replaces = patches.some((patch) => isObject(patch) && patch.$patch === "replace" && !(key in patch));
  const result = replaces ? [] : [...current];
  for (const patch of patches) {
    if (!isObject(patch) || !(key in patch)) continue;
    const index = result.findIndex((item) => isObject(item) && item[key] === patch[key]);
    if (patch.$patch === "delete") {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) result.push(applyStrategicMerge(undefined, patch));
    else result[index] = applyStrategicMerge(result[index], patch);
  }
  return result;
}

/** Puts the items that the patch names into its order; items it doesn't name keep their place after them. */
function reorder(result: JsonObject, field: string, order: Json): void {
  const list = result[field];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = mergeKeyOf(field, list, order);
  const identity = (item: Json): Json | undefined => (key && isObject(item) ? item[key] : item);
  const wanted = order.map(identity);
  const place = (item: Json): number => {
    const index = wanted.indexOf(identity(item) ?? null);
    return index < 0 ? wanted.length : index;
  };
  result[field] = [...list].sort((a, b) => place(a) - place(b));
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return copyJson(Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith("$"))));
}
