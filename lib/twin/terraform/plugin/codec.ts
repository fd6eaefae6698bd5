import { decode, ExtData, ExtensionCodec, encode } from "@msgpack/msgpack";
import { UNKNOWN, type Value } from "../contract.ts";
import type { CtyType } from "./schema.ts";

/**
 * Terraform's values in MessagePack. An unknown value is extension type 0, or 12 when terraform knows
 * something about it; a value of type `dynamic` is a pair of its type (JSON, as bytes) and itself.
 */
const codec = new ExtensionCodec();
for (const type of [0, 12]) codec.register({ type, encode: () => null, decode: () => UNKNOWN });

const UNKNOWN_ON_THE_WIRE = new ExtData(0, new Uint8Array([0]));

type Raw = unknown;

/**
 * Types of containers that came in as `dynamic`, so that they go back with the type that they came with:
 * terraform would refuse a map that returns as an object.
 */
const rememberedTypes = new WeakMap<object, CtyType>();

const describe = (raw: Raw): string =>
  raw === null || raw === undefined ? "nothing" : Array.isArray(raw) ? "a list" : `a ${typeof raw}`;

const mismatch = (raw: Raw, wanted: string, path: string): TypeError =>
  new TypeError(`${path || "the value"}: expected ${wanted}, got ${describe(raw)}`);

function fromDynamic(raw: Raw): Value {
  if (!Array.isArray(raw) || !(raw[0] instanceof Uint8Array)) throw mismatch(raw, "a typed value", "dynamic");
  const type = JSON.parse(new TextDecoder().decode(raw[0])) as CtyType;
  return fromRaw(raw[1], type, true);
}

function fromRaw(raw: Raw, type: CtyType, remember: boolean): Value {
  if (raw === UNKNOWN) return UNKNOWN;
  if (raw === null || raw === undefined) return null;
  if (type === "dynamic") return fromDynamic(raw);
  if (type === "number" && typeof raw === "string") return Number(raw);
  if (typeof type === "string") return raw as Value;
  const value = fromContainer(raw, type, remember);
  if (remember && typeof value === "object" && value !== null) rememberedTypes.set(value, type);
  return value;
}

function fromContainer(raw: Raw, type: Exclude<CtyType, string>, remember: boolean): Value {
  if (Array.isArray(raw))
    return raw.map((item, index) => {
      const element = type[0] === "tuple" ? (type[1][index] ?? "dynamic") : (type[1] as CtyType);
      return fromRaw(item, element, remember);
    });
  return Object.fromEntries(
    Object.entries(raw as Record<string, Raw>).map(([key, item]) => [
      key,
      fromRaw(item, type[0] === "object" ? (type[1][key] ?? "dynamic") : (type[1] as CtyType), remember),
    ]),
  );
}

/** The type that a plain value has when nobody says which. */
function infer(value: Value | undefined): CtyType {
  if (value === null || value === undefined || value === UNKNOWN) return "dynamic";
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "bool";
  const remembered = rememberedTypes.get(value as object);
  if (remembered) return remembered;
  if (Array.isArray(value)) return ["tuple", value.map(infer)];
  return ["object", Object.fromEntries(Object.entries(value).map(([key, item]) => [key, infer(item)]))];
}

function toDynamic(value: Value, path: string): Raw {
  const type = infer(value);
  return [new TextEncoder().encode(JSON.stringify(type)), toRaw(value, type, path)];
}

const PRIMITIVES = { string: "string", number: "number", bool: "boolean" } as const;

function toRaw(value: Value | undefined, type: CtyType, path: string): Raw {
  if (value === UNKNOWN) return UNKNOWN_ON_THE_WIRE;
  if (value === null || value === undefined) return null;
  if (type === "dynamic") return toDynamic(value, path);
  if (typeof type === "string") {
    if (typeof value !== PRIMITIVES[type]) throw mismatch(value, `a ${type}`, path);
    return value;
  }
  if (type[0] === "list" || type[0] === "set" || type[0] === "tuple") {
    if (!Array.isArray(value)) throw mismatch(value, `a ${type[0]}`, path);
    return value.map((item, index) =>
      toRaw(item, type[0] === "tuple" ? (type[1][index] ?? "dynamic") : type[1], `${path}[${index}]`),
    );
  }
  if (typeof value !== "object" || Array.isArray(value)) throw mismatch(value, `a ${type[0]}`, path);
  if (type[0] === "map") return mapToRaw(value, type[1], path);
  return objectToRaw(value, type[1] as Record<string, CtyType>, path);
}

const mapToRaw = (value: { [key: string]: Value }, element: CtyType, path: string): Raw =>
  Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      toRaw(item, element, `${path}[${JSON.stringify(key)}]`),
    ]),
  );

function objectToRaw(value: { [key: string]: Value }, members: Record<string, CtyType>, path: string): Raw {
  for (const name of Object.keys(value))
    if (!(name in members))
      throw new TypeError(`${path ? `${path}.` : ""}${name}: the schema has no such attribute`);
  return Object.fromEntries(
    Object.entries(members).map(([name, type]) => [
      name,
      toRaw(value[name], type, path ? `${path}.${name}` : name),
    ]),
  );
}

export const decodeValue = (bytes: Uint8Array, type: CtyType): Value =>
  fromRaw(decode(bytes, { extensionCodec: codec }), type, false);

/** Fills in what the type has and the value has not; throws TypeError naming the attribute that does not fit. */
export const encodeValue = (value: Value, type: CtyType): Buffer =>
  Buffer.from(encode(toRaw(value, type, "")));

/** A value as it stands in a state file: `dynamic` is an object of `value` and `type`, unknown keys are dropped. */
export function fromStateJson(json: unknown, type: CtyType): Value {
  if (json === null || json === undefined) return null;
  if (type === "dynamic") {
    const { value, type: given } = json as { value: unknown; type: CtyType };
    const typed = fromStateJson(value, given);
    if (typeof typed === "object" && typed !== null) rememberedTypes.set(typed, given);
    return typed;
  }
  if (typeof type === "string") return json as Value;
  if (Array.isArray(json))
    return json.map((item, index) =>
      fromStateJson(item, type[0] === "tuple" ? (type[1][index] ?? "dynamic") : (type[1] as CtyType)),
    );
  const members = json as Record<string, unknown>;
  if (type[0] === "object")
    return Object.fromEntries(
      Object.entries(type[1]).map(([name, member]) => [name, fromStateJson(members[name], member)]),
    );
  return Object.fromEntries(
    Object.entries(members).map(([key, item]) => [key, fromStateJson(item, type[1] as CtyType)]),
  );
}
