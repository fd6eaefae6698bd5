import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { isObject, objectsAt, textAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { type Column, elapsed } from "./column.ts";

/** The columns that a definition asks for; undefined if it doesn't. */
export function customColumns(kind: ResourceKind): Column[] | undefined {
  const wanted = objectsAt(kind.custom?.version, "additionalPrinterColumns");
  if (wanted.length === 0) return undefined;
  return wanted.map((column) => {
    const path = textAt(column, "jsonPath") ?? "";
    const type = textAt(column, "type") ?? "string";
    return {
      name: textAt(column, "name") ?? "",
      type,
      ...(textAt(column, "format") ? { format: textAt(column, "format") ?? "" } : {}),
      priority: typeof column.priority === "number" ? column.priority : 0,
      cell: (object, now) => cellOf(valuesAt(object, path), type, now),
    };
  });
}

function cellOf(values: Json[], type: string, now: number): Json {
  const [value] = values;
  if (value === undefined || value === null) return type === "string" || type === "date" ? "" : null;
  if (type === "date") return elapsed(String(value), now);
  if (values.length > 1) return values.map(String).join(",");
  return typeof value === "object" ? JSON.stringify(value) : value;
}

const STEP =
  /\.([A-Za-z0-9_-]+|\*)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.([A-Za-z0-9_.-]+)\s*==\s*["']([^"']*)["']\)\]/g;

/**
 * The subset of JSONPath that printer columns use: fields, indices, `[*]`, and filters that compare with a text.
 * @see https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function valuesAt(object: ApiObject, path: string): Json[] {
  let current: Json[] = [object];
  for (const [, dotted, quoted, index, filterPath, filterValue] of path
    .replaceAll("\\.", "\u0001")
    .matchAll(STEP)) {
    const field = (dotted ?? quoted)?.replaceAll("\u0001", ".");
    if (filterPath !== undefined)
      current = current
        .flatMap((value) => (Array.isArray(value) ? value : []))
        .filter(equal(filterPath, filterValue));
    else if (index === "*" || field === "*")
      current = current.flatMap((value) => (typeof value === "object" && value ? Object.values(value) : []));
    else if (index !== undefined)
      current = current.flatMap((value) => (Array.isArray(value) ? [value[Number(index)] ?? null] : []));
    else current = current.flatMap((value) => (isObject(value) ? [value[field ?? ""] ?? null] : []));
    current = current.filter((value) => value !== null);
  }
  return current;
}

const equal =
  (path: string, wanted: string | undefined) =>
  (item: Json): boolean => {
    const found = path
      .split(".")
      .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), item);
    return String(found) === wanted;
  };
