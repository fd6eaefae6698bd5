import type { Json } from "../../../../world/world.ts";
import type { FieldProblem } from "../../status.ts";

export function typeOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** As the API shows a value that is wrong: a scalar itself, of others only what they are. */
export const shown = (value: Json): string =>
  typeof value === "object" && value !== null ? JSON.stringify(typeOf(value)) : JSON.stringify(value);

export const wrong = (path: string, value: Json, why: string): FieldProblem => ({
  field: path,
  reason: "FieldValueInvalid",
  message: `Invalid value: ${shown(value)}: ${path} in body ${why}`,
});
