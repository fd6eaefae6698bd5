import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject, objectAt } from "../json-values.ts";
import { type ResourceKind, schemaOf } from "../kinds/resource-kind.ts";

const PRESERVE = "x-kubernetes-preserve-unknown-fields";

/**
 * Drops fields that the definition's schema does not have. A schema that lists no properties says nothing here, and
 * so keeps everything.
 * @returns the paths of what was dropped
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function pruneUnknown(kind: ResourceKind, object: ApiObject): string[] {
  const schema = schemaOf(kind);
  if (!schema) return [];
  const unknown: string[] = [];
  pruneObject(withIdentity(schema), object, "", unknown);
  return unknown;
}

/** Every object has these, whether its schema says so or not. */
function withIdentity(schema: JsonObject): JsonObject {
  const properties = objectAt(schema, "properties");
  if (!properties) return schema;
  const free = { [PRESERVE]: true };
  return { ...schema, properties: { ...properties, apiVersion: free, kind: free, metadata: free } };
}

function prune(schema: Json, value: Json, path: string, unknown: string[]): void {
  if (Array.isArray(value)) {
    const items = objectAt(schema, "items");
    if (items) value.forEach((item, index) => void prune(items, item, `${path}[${index}]`, unknown));
  } else if (isObject(value) && isObject(schema)) pruneObject(schema, value, path, unknown);
}

function pruneObject(schema: JsonObject, value: JsonObject, path: string, unknown: string[]): void {
  const properties = objectAt(schema, "properties");
  const additional = objectAt(schema, "additionalProperties");
  for (const [key, child] of Object.entries(value)) {
    const place = path ? `${path}.${key}` : key;
    const known = properties?.[key] ?? additional;
    if (known) prune(known, child, place, unknown);
    else if (properties && schema[PRESERVE] !== true && schema.additionalProperties !== true) {
      unknown.push(place);
      delete value[key];
    }
  }
}
