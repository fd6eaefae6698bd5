import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { copyJson, isObject, type JsonObject, objectAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

/** Fills in the `default`s of the definition's schema. */
export function defaultCustom(kind: ResourceKind, object: ApiObject): void {
  const schema = objectAt(kind.custom?.version, "schema", "openAPIV3Schema");
  if (schema) fill(schema, object);
}

function fill(schema: Json, value: Json): void {
  if (Array.isArray(value)) {
    const items = objectAt(schema, "items");
    if (items) for (const item of value) fill(items, item);
  } else if (isObject(value)) fillObject(schema, value);
}

function fillObject(schema: Json, value: JsonObject): void {
  for (const [name, property] of Object.entries(objectAt(schema, "properties") ?? {})) {
    const initial = objectAt(property)?.default;
    if (value[name] === undefined && initial !== undefined) value[name] = copyJson(initial);
    const child = value[name];
    if (child !== undefined && name !== "metadata") fill(property, child);
  }
  const additional = objectAt(schema, "additionalProperties");
  if (additional) for (const child of Object.values(value)) fill(additional, child);
}
