import type { Json } from "../../../world/world.ts";

type Fields = { [key: string]: Json };

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The JSON merge patch that turns what was configured into what is: fields that nobody configured are not in it,
 * so that what the API server and controllers set is kept.
 * @see RFC 7396
 */
export function mergePatch(before: Fields, after: Fields): Fields {
  const patch: Fields = {};
  for (const key of Object.keys(before)) if (after[key] === undefined) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (isFields(old) && isFields(value)) {
      const below = mergePatch(old, value);
      if (Object.keys(below).length > 0) patch[key] = below;
    } else if (JSON.stringify(old) !== JSON.stringify(value)) patch[key] = value;
  }
  return patch;
}
