import type { Json } from "../../../world/world.ts";
import { copyJson, isObject, type JsonObject } from "../json-values.ts";

/**
 * A JSON Merge Patch: null removes, objects merge, everything else replaces. What it does not touch is shared with the
 * target.
 * @see RFC 7396
 */
export function applyMergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? applyMergePatch(result[key], value) : copyJson(value);
  }
  return result;
}
