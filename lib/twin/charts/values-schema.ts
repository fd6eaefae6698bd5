import type { Json } from "../world/world.ts";
import type { Chart } from "./chart.ts";
import { defaultValues } from "./default-values.ts";
import { isMap, mergeValues, sameJson, type Values } from "./values.ts";

interface Place {
  readonly root: Values;
  /** Dotted, as Helm's messages name it; empty at the top. */
  readonly path: string;
}

/**
 * Checks values against a chart's own schema: the keywords that the recorded schemas use. Helm checks them merged
 * with the chart's defaults; what only the defaults say is not reported, because their content is not all recorded.
 * @returns messages in the words of Helm's validator, e.g. `replicaCount: Invalid type. Expected: integer, given: string`
 */
export function schemaErrors(chart: Chart, values: Values): string[] {
  const { valuesSchema } = chart;
  if (!isMap(valuesSchema)) return [];
  const merged = mergeValues(defaultValues(chart), values);
  const given = pathsOf(values, "");
  return check(valuesSchema, merged, { root: valuesSchema, path: "" }).filter((error) => {
    const path = error.slice(0, error.indexOf(":"));
    return (
      path === "(root)" ||
      given.some((one) => one === path || path.startsWith(`${one}.`) || one.startsWith(`${path}.`))
    );
  });
}

/** Dotted paths of everything that is given. */
const pathsOf = (value: Json, path: string): string[] =>
  isMap(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, below]) => pathsOf(below, path === "" ? key : `${path}.${key}`))
    : [path];

function check(schema: Values, value: Json, place: Place): string[] {
  const resolved = resolve(schema, place.root);
  const wrongType = typeErrors(resolved, value, place);
  if (wrongType.length > 0) return wrongType;
  return [
    ...enumErrors(resolved, value, place),
    ...(isMap(value) ? objectErrors(resolved, value, place) : []),
    ...(Array.isArray(value) ? itemErrors(resolved, value, place) : []),
    ...combinationErrors(resolved, value, place),
  ];
}

/** Follows a reference inside the document; its siblings hold too. */
function resolve(schema: Values, root: Values): Values {
  const reference = schema.$ref;
  if (typeof reference !== "string") return schema;
  let at: Json | undefined = root;
  for (const key of reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== ""))
    at = isMap(at) ? at[key.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  const { $ref: _, ...siblings } = schema;
  return isMap(at) ? { ...resolve(at, root), ...siblings } : siblings;
}

const where = (place: Place): string => (place.path === "" ? "(root)" : place.path);
const below = (place: Place, key: string | number): Place => ({
  root: place.root,
  path: place.path === "" ? String(key) : `${place.path}.${key}`,
});

function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function typeErrors(schema: Values, value: Json, place: Place): string[] {
  const wanted = schema.type === undefined ? [] : [schema.type].flat();
  if (wanted.length === 0) return [];
  const given = typeName(value);
  if (wanted.includes(given) || (given === "integer" && wanted.includes("number"))) return [];
  return [`${where(place)}: Invalid type. Expected: ${wanted.join("/")}, given: ${given}`];
}

function enumErrors(schema: Values, value: Json, place: Place): string[] {
  if (!Array.isArray(schema.enum) || schema.enum.some((allowed) => sameJson(allowed, value))) return [];
  return [
    `${where(place)}: ${where(place)} must be one of the following: ${schema.enum.map((allowed) => JSON.stringify(allowed)).join(", ")}`,
  ];
}

function objectErrors(schema: Values, value: Values, place: Place): string[] {
  const properties = isMap(schema.properties) ? schema.properties : {};
  const patterns = Object.entries(isMap(schema.patternProperties) ? schema.patternProperties : {});
  const required = Array.isArray(schema.required) ? schema.required : [];
  const missing = required
    .filter((key) => !Object.hasOwn(value, String(key)))
    .map((key) => `${where(place)}: ${String(key)} is required`);
  const wrong = Object.entries(value).flatMap(([key, item]) => {
    const schemas = [
      ...(Object.hasOwn(properties, key) ? [properties[key]] : []),
      ...patterns.filter(([pattern]) => new RegExp(pattern).test(key)).map(([, matching]) => matching),
    ].filter(isMap);
    if (schemas.length > 0) return schemas.flatMap((one) => check(one, item, below(place, key)));
    if (schema.additionalProperties === false)
      return [`${where(place)}: Additional property ${key} is not allowed`];
    return isMap(schema.additionalProperties)
      ? check(schema.additionalProperties, item, below(place, key))
      : [];
  });
  return [...missing, ...wrong];
}

function itemErrors(schema: Values, value: Json[], place: Place): string[] {
  const { items } = schema;
  return isMap(items) ? value.flatMap((item, index) => check(items, item, below(place, index))) : [];
}

function combinationErrors(schema: Values, value: Json, place: Place): string[] {
  const branches = (keyword: string): string[][] =>
    (Array.isArray(schema[keyword]) ? schema[keyword] : [])
      .filter(isMap)
      .map((branch) => check(branch, value, place));
  const any = branches("anyOf");
  const one = branches("oneOf");
  const holds = (errors: string[]): boolean => errors.length === 0;
  return [
    ...branches("allOf").flat(),
    ...(any.length > 0 && !any.some(holds)
      ? [`${where(place)}: Must validate at least one schema (anyOf)`]
      : []),
    ...(one.length > 0 && one.filter(holds).length !== 1
      ? [`${where(place)}: Must validate one and only one schema (oneOf)`]
      : []),
  ];
}
