import type { Json } from "../world/world.ts";

export type Values = { [key: string]: Json };

export const isMap = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Helm's merge: maps key by key, everything else is replaced; `null` takes a key away. */
export function mergeValues(base: Values, over: Values): Values {
  const merged: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeValues(below, value) : value;
  }
  return merged;
}

/** Splits a dotted path; `\.` is a dot inside a key. */
export const splitPath = (path: string): string[] =>
  path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));

/** The value at a dotted path, or undefined if it (or a map on the way) is not there. */
export function valueAt(values: Values, path: string): Json | undefined {
  let at: Json | undefined = values;
  for (const key of splitPath(path)) {
    if (!isMap(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** Equality of JSON values; the order of keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameJson(a[key], b[key]));
}
