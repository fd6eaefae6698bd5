import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { at, isObject, type JsonObject, listAt, objectAt, objectsAt, sameJson } from "../json-values.ts";
import { type ResourceKind, schemaOf } from "../kinds/resource-kind.ts";
import type { FieldProblem } from "../status.ts";
import { typeOf, wrong } from "./schema/problem.ts";
import { checkRules } from "./schema/rules.ts";
import { checkNumber, checkText } from "./schema/scalars.ts";

/**
 * What a definition's schema says of an object: types, required fields, enumerations, bounds, patterns, formats,
 * combinations of schemas and CEL rules.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting
 * @param existing what the object was before: some rules compare with it
 */
export function checkCustom(kind: ResourceKind, object: ApiObject, existing?: ApiObject): FieldProblem[] {
  const schema = schemaOf(kind);
  if (!schema) return [];
  const old = existing && withoutIdentity(existing);
  const problems = check(schema, withoutIdentity(object), old, "");
  if (problems.length === 0 || !old) return problems;
  const before = check(schema, old, undefined, "").map(identityOf);
  return problems.filter((problem) => !before.includes(identityOf(problem)));
}

/** An object from before its schema became stricter may be changed elsewhere: what was wrong already is let be. */
const identityOf = ({ field, message }: FieldProblem): string => `${field}: ${message}`;

/** Rules of the whole object may ask for its name. */
const withoutIdentity = ({
  apiVersion: _version,
  kind: _kind,
  metadata,
  ...content
}: ApiObject): JsonObject => ({
  ...content,
  metadata: { name: metadata.name },
});

function fits(schema: JsonObject, value: Json): boolean {
  const actual = typeOf(value);
  if (value === null) return schema.nullable === true;
  if (schema["x-kubernetes-int-or-string"] === true) return actual === "integer" || actual === "string";
  const wanted = schema.type;
  if (typeof wanted !== "string" || wanted === actual) return true;
  return wanted === "number" && actual === "integer";
}

function check(schema: JsonObject, value: Json, old: Json | undefined, path: string): FieldProblem[] {
  if (!fits(schema, value)) {
    const message = `Invalid value: "${typeOf(value)}": ${path} in body must be of type ${String(schema.type)}: "${typeOf(value)}"`;
    return [{ field: path, reason: "FieldValueTypeInvalid", message }];
  }
  if (value === null) return [];
  const allowed = listAt(schema, "enum");
  if (allowed.length > 0 && !allowed.some((each) => sameJson(each, value))) {
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((each) => JSON.stringify(each)).join(", ")}`;
    return [{ field: path, reason: "FieldValueNotSupported", message }];
  }
  return [
    ...checkValue(schema, value, old, path),
    ...combinations(schema, value, path),
    ...checkRules(schema, value, old, path),
  ];
}

function checkValue(schema: JsonObject, value: Json, old: Json | undefined, path: string): FieldProblem[] {
  if (typeof value === "string") return checkText(schema, value, path);
  if (typeof value === "number") return checkNumber(schema, value, path);
  if (Array.isArray(value)) return checkList(schema, value, old, path);
  return isObject(value) ? checkObject(schema, value, old, path) : [];
}

function checkList(schema: JsonObject, value: Json[], old: Json | undefined, path: string): FieldProblem[] {
  const { minItems, maxItems } = schema;
  const problems: FieldProblem[] = [];
  if (typeof minItems === "number" && value.length < minItems)
    problems.push(wrong(path, value.length, `should have at least ${minItems} items`));
  if (typeof maxItems === "number" && value.length > maxItems)
    problems.push({
      field: path,
      reason: "FieldValueTooMany",
      message: `Too many: ${value.length}: must have at most ${maxItems} items`,
    });
  const items = objectAt(schema, "items");
  const keys = listAt(schema, "x-kubernetes-list-map-keys").map(String);
  const inItems = items
    ? value.flatMap((item, index) => check(items, item, counterpart(item, old, keys), `${path}[${index}]`))
    : [];
  return [...problems, ...duplicates(schema, value, keys, path), ...inItems];
}

/** The item that stood for this one before; lists without keys have none. */
function counterpart(item: Json, old: Json | undefined, keys: readonly string[]): Json | undefined {
  if (keys.length === 0 || !Array.isArray(old)) return undefined;
  return old.find((other) => keys.every((key) => sameJson(at(other, key), at(item, key))));
}

function duplicates(schema: JsonObject, list: Json[], keys: readonly string[], path: string): FieldProblem[] {
  const type = schema["x-kubernetes-list-type"];
  const isSet = type === "set" || schema.uniqueItems === true;
  if (!isSet && type !== "map") return [];
  const identity = (item: Json): string =>
    JSON.stringify(
      type === "map" ? Object.fromEntries(keys.map((key) => [key, at(item, key) ?? null])) : item,
    );
  const seen = new Set<string>();
  return list.flatMap((item, index): FieldProblem[] => {
    const own = identity(item);
    if (!seen.has(own)) {
      seen.add(own);
      return [];
    }
    return [
      { field: `${path}[${index}]`, reason: "FieldValueDuplicate", message: `Duplicate value: ${own}` },
    ];
  });
}

function checkObject(
  schema: JsonObject,
  value: JsonObject,
  old: Json | undefined,
  path: string,
): FieldProblem[] {
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
  const inFields = Object.entries(value).flatMap(([key, child]) => {
    if (!path && key === "metadata") return [];
    const own = objectAt(properties, key) ?? objectAt(schema, "additionalProperties");
    return own ? check(own, child, at(old, key), place(key)) : [];
  });
  return [...missing, ...counts(schema, value, path), ...inFields];
}

function counts(schema: JsonObject, value: JsonObject, path: string): FieldProblem[] {
  const { minProperties, maxProperties } = schema;
  const count = Object.keys(value).length;
  const problems: FieldProblem[] = [];
  if (typeof minProperties === "number" && count < minProperties)
    problems.push(wrong(path, value, `should have at least ${minProperties} properties`));
  if (typeof maxProperties === "number" && count > maxProperties)
    problems.push({
      field: path,
      reason: "FieldValueTooMany",
      message: `Too many: ${count}: must have at most ${maxProperties} items`,
    });
  return problems;
}

/** Schemas that a value must fit together: all of them, some, one alone, or not at all. */
function combinations(schema: JsonObject, value: Json, path: string): FieldProblem[] {
  const holds = (part: JsonObject): boolean => check(part, value, undefined, path).length === 0;
  const says = (why: string): FieldProblem => ({
    field: path,
    reason: "FieldValueInvalid",
    message: `Invalid value: "": "${path}" ${why}`,
  });
  const [any, one] = [objectsAt(schema, "anyOf"), objectsAt(schema, "oneOf")];
  const not = objectAt(schema, "not");
  const isIntOrString = schema["x-kubernetes-int-or-string"] === true;
  return [
    ...objectsAt(schema, "allOf").flatMap((part) => check(part, value, undefined, path)),
    ...(any.length > 0 && !isIntOrString && !any.some(holds)
      ? [says("must validate at least one schema (anyOf)")]
      : []),
    ...(one.length > 0 && one.filter(holds).length !== 1
      ? [says("must validate one and only one schema (oneOf)")]
      : []),
    ...(not && holds(not) ? [says("must not validate the schema (not)")] : []),
  ];
}
