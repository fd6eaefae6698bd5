import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject } from "../json-values.ts";
import { type ResourceKind, storedApiVersionOf } from "../kinds/resource-kind.ts";
import { typeNamed, typeNameOf } from "../types/catalogue.ts";
import type { FieldType, Scalar } from "../types/field-type.ts";

/**
 * Reads an object as its recorded type, in place: drops null, which means absent, and fields that the type lacks.
 * Throws TypeError, in the words of Go's decoder, for a value that the field cannot hold.
 * @param only the one field that counts: a status brings along what was stored before
 * @returns the paths of the fields that were dropped
 */
export function decodeBuiltIn(kind: ResourceKind, object: ApiObject, only?: string): string[] {
  const type = typeNameOf(storedApiVersionOf(kind), kind.kind);
  if (type === undefined) return [];
  const unknown: string[] = [];
  if (only === undefined) decodeObject(type, object, "", unknown);
  else {
    const field = typeNamed(type).get(only);
    const value = object[only];
    if (field && value !== undefined)
      decode(field.type, value, { path: only, field: `${kind.kind}.${only}`, unknown });
  }
  return unknown;
}

/** The same for a value of a named type. */
export function decodeType(type: string, value: JsonObject, path: string): string[] {
  const unknown: string[] = [];
  decodeObject(type, value, path, unknown);
  return unknown;
}

interface Place {
  readonly path: string;
  /** As Go names it: the type without its package, then the path. */
  readonly field: string;
  readonly unknown: string[];
}

const shortName = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

function decodeObject(type: string, value: JsonObject, path: string, unknown: string[]): void {
  const fields = typeNamed(type);
  for (const key of Object.keys(value)) {
    const child = value[key];
    const place = path ? `${path}.${key}` : key;
    const field = fields.get(key);
    if (child === null || child === undefined) delete value[key];
    else if (field) decode(field.type, child, { path: place, field: `${shortName(type)}.${place}`, unknown });
    else {
      unknown.push(place);
      delete value[key];
    }
  }
}

function decode(type: FieldType, value: Json, place: Place): void {
  switch (type.form) {
    case "scalar":
      checkScalar(type.scalar, value, place);
      return;
    case "object":
      if (!isObject(value)) throw cannotHold(value, place, shortType(type.type));
      decodeObject(type.type, value, place.path, place.unknown);
      return;
    case "map":
      if (!isObject(value)) throw cannotHold(value, place, "map[string]");
      for (const [key, child] of Object.entries(value))
        if (child === null) delete value[key];
        else decode(type.values, child, { ...place, path: `${place.path}.${key}` });
      return;
    case "list":
      if (!Array.isArray(value)) throw cannotHold(value, place, "[]");
      value.forEach((item, index) => {
        decode(type.items, item, { ...place, path: `${place.path}[${index}]` });
      });
  }
}

/** `core.v1.PodSpec` is `v1.PodSpec` to Go. */
const shortType = (type: string): string => type.split(".").slice(-2).join(".");

const INTEGERS: Partial<Record<Scalar, number>> = { int32: 2 ** 31 - 1, int64: 2 ** 63, integer: 2 ** 63 };

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?\d+))?$/;
const QUANTITY_RULE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function checkScalar(scalar: Scalar, value: Json, place: Place): void {
  const largest = INTEGERS[scalar];
  if (largest !== undefined) {
    if (typeof value !== "number") throw cannotHold(value, place, scalar);
    if (!Number.isInteger(value) || Math.abs(value) > largest)
      throw cannotHold(value, place, scalar, `number ${value}`);
    return;
  }
  switch (scalar) {
    case "string":
      if (typeof value !== "string") throw cannotHold(value, place, "string");
      return;
    case "boolean":
      if (typeof value !== "boolean") throw cannotHold(value, place, "bool");
      return;
    case "double":
      if (typeof value !== "number") throw cannotHold(value, place, "float64");
      return;
    default:
      checkText(scalar, value, place);
  }
}

/** Values that are written as texts of a form. */
function checkText(scalar: Scalar, value: Json, place: Place): void {
  if (scalar === "any") return;
  const mayBeNumber = scalar === "quantity" || scalar === "intOrString";
  if (typeof value === "number" && mayBeNumber) return;
  if (typeof value !== "string") throw cannotHold(value, place, mayBeNumber ? "string or number" : "string");
  if (scalar === "quantity" && !QUANTITY.test(value)) throw new TypeError(QUANTITY_RULE);
  if (scalar === "bytes" && !(BASE64.test(value) && value.length % 4 === 0))
    throw new TypeError(`illegal base64 data in ${place.path}`);
  if ((scalar === "time" || scalar === "microTime") && !TIME.test(value))
    throw new TypeError(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
}

function cannotHold(value: Json, { field }: Place, type: string, what = kindOf(value)): TypeError {
  return new TypeError(`json: cannot unmarshal ${what} into Go struct field ${field} of type ${type}`);
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
