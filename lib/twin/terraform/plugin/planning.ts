import {
  type Attributes,
  type ProviderContext,
  type ResourceType,
  UNKNOWN,
  type Value,
} from "../contract.ts";
import type { AttributeSchema, BlockSchema } from "./schema.ts";
import { isMembers, isSame, isSameSet, valuesAt } from "./values.ts";

export interface Plan {
  readonly planned: Attributes;
  /** Paths of forcesReplacement that differ. */
  readonly replaces: readonly string[];
}

const isNothing = (value: Value | undefined): boolean => value === null || value === undefined;

/** Sets of the type's own level are compared without order; deeper ones are rare enough to be compared as lists. */
function isSameMember(block: BlockSchema, name: string, a: Value | undefined, b: Value | undefined): boolean {
  const type = block.attributes?.[name]?.type;
  const isSet =
    (Array.isArray(type) && type[0] === "set") || block.block_types?.[name]?.nesting_mode === "set";
  if (isSet && Array.isArray(a) && Array.isArray(b)) return isSameSet(a, b);
  const nested = block.block_types?.[name];
  if (nested && Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    return a.every((item, index) => isSameBlock(nested.block, item, b[index]));
  }
  if (nested && isMembers(a) && isMembers(b)) return isSameBlock(nested.block, a, b);
  return isSame(a, b);
}

export function isSameBlock(block: BlockSchema, a: Value | undefined, b: Value | undefined): boolean {
  if (!isMembers(a) || !isMembers(b)) return isSame(a, b);
  const names = new Set([...Object.keys(block.attributes ?? {}), ...Object.keys(block.block_types ?? {})]);
  return [...names].every((name) => isSameMember(block, name, a[name], b[name]));
}

const unknownAttribute = (schema: AttributeSchema, value: Value | undefined): Value => {
  if (schema.computed && isNothing(value)) return UNKNOWN;
  const nested = schema.nested_type;
  if (!nested || isNothing(value) || value === UNKNOWN) return value ?? null;
  if (Array.isArray(value)) return value.map((item) => markUnknown({ attributes: nested.attributes }, item));
  return nested.nesting_mode === "single"
    ? markUnknown({ attributes: nested.attributes }, value as Value)
    : (value as Value);
};

/** Unknown in the place of every computed attribute that nothing has been given for. */
export function markUnknown(block: BlockSchema, value: Value): Value {
  if (!isMembers(value)) return value;
  const marked: Attributes = { ...value };
  for (const [name, schema] of Object.entries(block.attributes ?? {}))
    marked[name] = unknownAttribute(schema, value[name]);
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const member = value[name];
    if (Array.isArray(member)) marked[name] = member.map((item) => markUnknown(nested.block, item));
    else if (isMembers(member) && nested.nesting_mode !== "map")
      marked[name] = markUnknown(nested.block, member);
  }
  return marked;
}

/** New elements of nested blocks get their unknown values; elements that were there keep what they have. */
function markNewElements(block: BlockSchema, value: Attributes, prior: Attributes): Attributes {
  const marked: Attributes = { ...value };
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const now = value[name];
    const before = prior[name];
    if (isMembers(now) && isNothing(before)) marked[name] = markUnknown(nested.block, now);
    if (!Array.isArray(now)) continue;
    const had = Array.isArray(before) ? before : [];
    marked[name] = now.map((item, index) => {
      const old = had[index];
      if (old === undefined) return markUnknown(nested.block, item);
      return isMembers(item) && isMembers(old) ? markNewElements(nested.block, item, old) : item;
    });
  }
  return marked;
}

const withDefaults = (
  values: Attributes,
  config: Attributes,
  defaults: Attributes | undefined,
): Attributes => {
  const filled = { ...values };
  for (const [name, value] of Object.entries(defaults ?? {})) {
    const left = config[name];
    const isEmptyBlock = Array.isArray(value) && Array.isArray(left) && left.length === 0;
    if (isNothing(left) || isEmptyBlock) filled[name] = value;
  }
  return filled;
};

/** What differs between what is and what is wanted so that terraform must replace the resource. */
const replacements = (
  type: ResourceType,
  block: BlockSchema,
  prior: Attributes,
  planned: Attributes,
): string[] =>
  type.forcesReplacement.filter((path) => {
    const steps = path.split(".");
    if (steps.length === 1) return !isSameMember(block, path, prior[path], planned[path]);
    return !isSameSet(valuesAt(prior, steps), valuesAt(planned, steps));
  });

export interface PlanRequest {
  readonly type: ResourceType;
  readonly block: BlockSchema;
  readonly config: Attributes;
  /** Null: the resource is to be created. */
  readonly prior: Attributes | null;
  /** Configuration with prior values where it leaves computed attributes out; terraform makes it. */
  readonly proposed: Attributes;
  readonly context: ProviderContext;
}

/** What an apply would make of the resource. An implementation's `plan` must give the same answer twice. */
export function planChange({ type, block, config, prior, proposed, context }: PlanRequest): Plan {
  const refine = (values: Attributes): Attributes => type.plan?.(values, prior, context) ?? values;
  const wanted = withDefaults(proposed, config, type.defaults);
  if (!prior) return { planned: refine(markUnknown(block, wanted) as Attributes), replaces: [] };
  const settled = refine(wanted);
  if (isSameBlock(block, prior, settled)) return { planned: prior, replaces: [] };
  const changing = markNewElements(block, wanted, prior);
  for (const name of type.changesOnUpdate ?? []) if (isNothing(config[name])) changing[name] = UNKNOWN;
  const planned = refine(changing);
  return { planned, replaces: replacements(type, block, prior, planned) };
}
