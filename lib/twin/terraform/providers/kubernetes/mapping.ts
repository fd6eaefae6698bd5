import type { Json } from "../../../world/world.ts";
import { type Attributes, UNKNOWN, type Value } from "../../contract.ts";
import type { AttributeSchema, BlockSchema, CtyType, NestedBlockSchema } from "../../plugin/schema.ts";
import { fieldName } from "./field-names.ts";

type Fields = { [key: string]: Json };

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSingle = (block: NestedBlockSchema): boolean =>
  block.max_items === 1 || block.nesting_mode === "single" || block.nesting_mode === "group";

/** A port is a name or a number; Terraform's schema says string for both. */
const INT_OR_STRING = ["port", "target_port", "max_unavailable", "max_surge", "min_available"];

/** Numbers that Terraform's schema calls strings, so that 0 and nothing are two things. */
const NUMBERS = ["fs_group", "replicas", "run_as_group", "run_as_user", "toleration_seconds"];
const SENT_AS_NUMBERS = new Set([...INT_OR_STRING, ...NUMBERS]);

/** Blocks that an empty object in the API means something for: it selects everything, or keeps data in memory. */
const MEANINGFUL_WHEN_EMPTY = new Set([
  "empty_dir",
  "pod_selector",
  "namespace_selector",
  "self_signed",
  "capabilities",
  "selector",
  "template",
  "ingress",
  "egress",
  "metadata",
  "spec",
]);

/** Attributes → manifest, by the schema: snake_case to camelCase, single blocks to objects, nulls left out. */
export function toManifest(block: BlockSchema, values: Attributes): Fields {
  const manifest: Fields = {};
  for (const [name, schema] of Object.entries(block.attributes ?? {})) {
    const value = fromAttribute(schema, values[name], name);
    if (value !== undefined) manifest[fieldName(name, false)] = value;
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const value = fromBlock(nested, values[name], name);
    if (value !== undefined) manifest[fieldName(name, !isSingle(nested))] = value;
  }
  return manifest;
}

function fromAttribute(schema: AttributeSchema, value: Value | undefined, name: string): Json | undefined {
  if (value === null || value === undefined || value === UNKNOWN) return undefined;
  if (schema.nested_type) {
    const nested = { attributes: schema.nested_type.attributes };
    if (Array.isArray(value)) return value.map((item) => toManifest(nested, item as Attributes));
    return toManifest(nested, value as Attributes);
  }
  if (Array.isArray(value)) return value.length === 0 ? undefined : plain(value);
  if (typeof value === "string" && SENT_AS_NUMBERS.has(name) && /^\d+$/.test(value)) return Number(value);
  // An SDK provider cannot tell an empty string from none.
  return value === "" ? undefined : plain(value);
}

function plain(value: Value): Json {
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (!isFields(value)) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item as Value)]));
}

function fromBlock(nested: NestedBlockSchema, value: Value | undefined, name: string): Json | undefined {
  const items = (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]).filter(
    (item) => item !== UNKNOWN,
  );
  if (items.length === 0) return undefined;
  const mapped = items.map((item) => (isFields(item) ? toManifest(nested.block, item as Attributes) : {}));
  if (!isSingle(nested)) return mapped;
  const [only = {}] = mapped;
  return Object.keys(only).length === 0 && !MEANINGFUL_WHEN_EMPTY.has(name) ? undefined : only;
}

/**
 * Manifest → attributes. What the state leaves out and the API server filled in stays out unless it is computed,
 * as the real provider's reads (which know the defaults) have it; what the state has follows the object.
 */
export function fromManifest(block: BlockSchema, manifest: Fields, state: Attributes): Attributes {
  const values: Attributes = {};
  for (const [name, schema] of Object.entries(block.attributes ?? {})) {
    const found = manifest[fieldName(name, false)];
    values[name] = toAttribute(schema, found, state[name]);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    if (name === "timeouts") values[name] = state[name] ?? null;
    else values[name] = toBlock(nested, manifest[fieldName(name, !isSingle(nested))], state[name]);
  }
  return values;
}

function toAttribute(schema: AttributeSchema, found: Json | undefined, state: Value | undefined): Value {
  const left = state === null || state === undefined || state === UNKNOWN;
  if (left && !schema.computed) return null;
  if (found === undefined || found === null) return emptied(state);
  return schema.nested_type
    ? toNested({ attributes: schema.nested_type.attributes }, found, state)
    : typed(schema.type ?? "dynamic", found);
}

function toNested(nested: BlockSchema, found: Json, state: Value | undefined): Value {
  if (Array.isArray(found))
    return found.map((item, index) =>
      fromManifest(nested, isFields(item) ? item : {}, stateAt(state, index)),
    );
  return isFields(found) ? fromManifest(nested, found, isFields(state) ? (state as Attributes) : {}) : null;
}

/** An empty string or map in the configuration is not sent, so nothing comes back; it stays as it was. */
const emptied = (state: Value | undefined): Value => {
  if (state === "" || state === false || state === 0) return state;
  if (Array.isArray(state) && state.length === 0) return [];
  return isFields(state) && Object.keys(state).length === 0 ? {} : null;
};

const stateAt = (state: Value | undefined, index: number): Attributes => {
  const item = Array.isArray(state) ? state[index] : undefined;
  return isFields(item) ? (item as Attributes) : {};
};

/** A value of the API as Terraform types it; objects keep their API names on one side and schema names on the other. */
export function typed(type: CtyType, value: Json | undefined): Value {
  if (value === undefined || value === null) return null;
  if (type === "string") return typeof value === "object" ? JSON.stringify(value) : String(value);
  if (type === "number") return Number(value);
  if (!Array.isArray(type)) return value as Value;
  if (type[0] === "object") return isFields(value) ? typedObject(type[1], value) : null;
  if (type[0] === "map")
    return isFields(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(type[1], item)]))
      : null;
  if (type[0] === "tuple") return value as Value;
  // What is one object in the API is a list of one in the schema.
  const element = type[1];
  return (Array.isArray(value) ? value : [value]).map((item) => typed(element, item));
}

const typedObject = (members: Record<string, CtyType>, value: Fields): Value =>
  Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      typed(member, value[fieldName(name, true)] ?? value[fieldName(name, false)]),
    ]),
  );

function toBlock(nested: NestedBlockSchema, found: Json | undefined, state: Value | undefined): Value {
  const stated = Array.isArray(state) ? state : [];
  if (nested.nesting_mode === "single") return state ?? null;
  // A block that nobody configured is the API server's business, unless something in it is computed.
  if (stated.length === 0) return [];
  const items = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
  const kept = items.length === 0 && isSingle(nested) ? [{}] : items;
  return kept.map((item, index) =>
    fromManifest(nested.block, isFields(item) ? item : {}, stateAt(state, index)),
  );
}
