import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject, listAt, objectAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import type { FieldProblem } from "../status.ts";

/** What a definition's schema says about types, required fields and enumerations; patterns and CEL rules are not read. */
export function checkCustom(kind: ResourceKind, object: ApiObject): FieldProblem[] {
  const schema = objectAt(kind.custom?.version, "schema", "openAPIV3Schema");
  if (!schema) return [];
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...content } = object;
  return check(schema, content, "");
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function fits(schema: JsonObject, value: Json): boolean {
  const actual = typeOf(value);
  const wanted = schema.type;
  if (typeof wanted !== "string" || wanted === actual) return true;
  if (value === null) return schema.nullable === true;
  if (schema["x-kubernetes-int-or-string"] === true) return actual === "integer" || actual === "string";
  return wanted === "number" && actual === "integer";
}

function check(schema: JsonObject, value: Json, path: string): FieldProblem[] {
  if (!fits(schema, value)) {
    const message = `Invalid value: "${typeOf(value)}": ${path} in body must be of type ${String(schema.type)}: "${typeOf(value)}"`;
    return [{ field: path, reason: "FieldValueTypeInvalid", message }];
  }
  const allowed = listAt(schema, "enum");
  if (allowed.length > 0 && !allowed.includes(value)) {
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((each) => JSON.stringify(each)).join(", ")}`;
    return [{ field: path, reason: "FieldValueNotSupported", message }];
  }
  if (isObject(value)) return checkObject(schema, value, path);
  const items = objectAt(schema, "items");
  if (!Array.isArray(value) || !items) return [];
  return value.flatMap((item, index) => check(items, item, `${path}[${index}]`));
}

function checkObject(schema: JsonObject, value: JsonObject, path: string): FieldProblem[] {
  const place = (key: string): string => (path ? `${path}.${key}` : key);
  const missing = listAt(schema, "required")
    .map(String)
    // The identity of the whole object was taken off before.
    .filter((key) => value[key] === undefined && (path || !["apiVersion", "kind", "metadata"].includes(key)))
    .map(
      (key): FieldProblem => ({
        field: place(key),
        reason: "FieldValueRequired",
        message: "Required value",
      }),
    );
  const properties = objectAt(schema, "properties") ?? {};
  const wrong = Object.entries(value).flatMap(([key, child]) => {
    const own = objectAt(properties, key) ?? objectAt(schema, "additionalProperties");
    return own ? check(own, child, place(key)) : [];
  });
  return [...missing, ...wrong];
}
