import { AwsError } from "../../../aws/contract.ts";
import { strikes } from "../../../world/faults.ts";
import {
  type Attributes,
  type Operation,
  type ProviderContext,
  ProviderError,
  type ResourceType,
  UNKNOWN,
  type Value,
} from "../../contract.ts";
import { loadProviderSchema, type TypeSchema } from "../../plugin/schema.ts";
import { withoutUnknown } from "../../plugin/values.ts";
import { isGiven, isSomething, strings, text } from "./attributes.ts";
import { permit } from "./authorization.ts";
import { durationOf } from "./durations.ts";
import { inWordsOf, type Naming, type Phase } from "./errors.ts";
import { Mint } from "./identifiers.ts";
import { documentOf, isSameJson, isSamePolicy } from "./policy-json.ts";
import { findResource, removeResource, storeResource } from "./resource-store.ts";
import { ownTags, planTagsAll } from "./tags.ts";

/** What is being done, for the parts of a specification that need more than the values. */
export interface Deed {
  readonly context: ProviderContext;
  readonly mint: Mint;
}

type Settle = NonNullable<Operation["settle"]>;

/** What a schema does not say about an AWS resource type. Everything but the first five has a default. */
export interface AwsTypeSpec extends Naming {
  readonly type: string;
  /** The identifier of a new resource. */
  identify(planned: Attributes, deed: Deed): string;
  readonly forcesReplacement?: readonly string[];
  readonly defaults?: Attributes;
  readonly changesOnUpdate?: readonly string[];
  /** Blocks that the service fills in when the configuration leaves them out. */
  readonly computedBlocks?: readonly string[];
  /** Attributes that hold an IAM policy: compared by meaning. */
  readonly policies?: readonly string[];
  /** Attributes that hold any other JSON. */
  readonly documents?: readonly string[];
  validate?(configuration: Attributes): void;
  refine?(planned: Attributes, prior: Attributes | null, context: ProviderContext): Attributes;
  arn?(values: Attributes, context: ProviderContext): string;
  /** Values that the service sets at creation; `values` has its id and ARN. */
  computed?(values: Attributes, deed: Deed): Attributes;
  /** Throws AwsError when the service would refuse to create (it exists, its parent does not …). */
  refuseCreate?(values: Attributes, context: ProviderContext): void;
  refuseUpdate?(values: Attributes, context: ProviderContext, prior: Attributes): void;
  /** Throws AwsError when something still depends on it. */
  refuseDelete?(values: Attributes, context: ProviderContext): void;
  /** Other records of the world that follow; may throw HalfAppliedError. */
  created?(values: Attributes, deed: Deed): void;
  /** Returns values that the update changed beside the planned ones. */
  updated?(values: Attributes, prior: Attributes, deed: Deed): Attributes | undefined;
  deleted?(values: Attributes, context: ProviderContext): void;
  /** What the other records say that the resource's own record does not; null: it is gone. */
  observe?(values: Attributes, context: ProviderContext): Attributes | null;
  /** What happens in the world when the operation ends. */
  settle?(action: Operation["action"], values: Attributes, context: ProviderContext): Settle | undefined;
  /** Milliseconds, where the values decide how long it lasts. */
  lasts?(action: Operation["action"], values: Attributes, prior: Attributes | null): number | undefined;
  /** What stands in brackets in messages. @default the name or the id */
  label?(values: Attributes): string;
  import?(id: string): Attributes;
}

let schemas: Record<string, TypeSchema> | undefined;
const schemaOf = (type: string): TypeSchema => {
  schemas ??= loadProviderSchema("registry.terraform.io/hashicorp/aws").resource_schemas;
  const schema = schemas[type];
  if (!schema) throw new Error(`no schema is recorded for ${type}`);
  return schema;
};

const labelOf = (spec: AwsTypeSpec, values: Attributes): string =>
  spec.label?.(values) ?? (text(values, "name") || text(values, "id") || spec.type);

const arnOf = (spec: AwsTypeSpec, values: Attributes, context: ProviderContext): string =>
  text(values, "arn") || spec.arn?.(values, context) || "*";

/**
 * Fault `resource-fails` { type, code, message, action? = "create", status? = 400, remaining? }: the API refuses
 * the next operations of this kind.
 */
function strike(spec: AwsTypeSpec, action: Phase, context: ProviderContext): void {
  const fault = strikes(
    context.world,
    "resource-fails",
    (candidate) => candidate.type === spec.type && (candidate.action ?? "create") === action,
  );
  if (fault) throw new AwsError(String(fault.code), String(fault.message), Number(fault.status ?? 400));
}

function refineJson(spec: AwsTypeSpec, planned: Attributes, prior: Attributes | null): Attributes {
  const refined = { ...planned };
  const compare = (names: readonly string[], isSame: (a: string, b: string) => boolean): void => {
    for (const name of names) {
      const [wanted, had] = [text(planned, name), text(prior ?? {}, name)];
      if (wanted !== "" && had !== "" && isSame(wanted, had)) refined[name] = had;
    }
  };
  compare(spec.policies ?? [], isSamePolicy);
  compare(spec.documents ?? [], isSameJson);
  return refined;
}

function planOf(spec: AwsTypeSpec): NonNullable<ResourceType["plan"]> {
  const attributes = schemaOf(spec.type).block.attributes ?? {};
  return (planned, prior, context) => {
    const refined = refineJson(spec, planned, prior);
    for (const name of (spec.computedBlocks ?? []).filter((block) => !isSomething(planned[block])))
      refined[name] = prior ? (prior[name] ?? []) : UNKNOWN;
    if (attributes.tags_all) refined.tags_all = planTagsAll(planned, context);
    if (attributes.region && !isGiven(refined.region)) refined.region = context.region;
    return spec.refine?.(refined, prior, context) ?? refined;
  };
}

const ask = (spec: AwsTypeSpec, phase: Phase, values: Attributes, context: ProviderContext): void => {
  const known = withoutUnknown(values) as Attributes;
  permit(context, {
    type: spec.type,
    naming: spec,
    phase,
    label: labelOf(spec, known),
    arn: arnOf(spec, known, context),
    values: known,
  });
};

function note(
  spec: AwsTypeSpec,
  action: Operation["action"],
  values: Attributes,
  prior: Attributes | null,
  context: ProviderContext,
): void {
  const settle = spec.settle?.(action, values, context);
  context.record({
    action,
    type: spec.type,
    id: text(values, "id"),
    lastsMilliseconds: spec.lasts?.(action, values, prior) ?? durationOf(spec.type, action),
    ...(settle ? { settle } : {}),
  });
}

function create(spec: AwsTypeSpec, planned: Attributes, context: ProviderContext): Attributes {
  const known = withoutUnknown(planned) as Attributes;
  ask(spec, "create", known, context);
  return inWordsOf(spec, "create", labelOf(spec, known), () => {
    strike(spec, "create", context);
    spec.refuseCreate?.(known, context);
    const deed = { context, mint: new Mint(context.world, spec.type, known) };
    const values: Attributes = { ...known, id: spec.identify(known, deed) };
    if (spec.arn && "arn" in (schemaOf(spec.type).block.attributes ?? {}))
      values.arn = spec.arn(values, context);
    Object.assign(values, spec.computed?.(values, deed));
    storeResource(context.world, spec.type, text(values, "id"), values);
    spec.created?.(values, deed);
    note(spec, "create", values, null, context);
    return values;
  });
}

const priorWhereUnknown = (planned: Attributes, prior: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(planned).map(([name, value]): [string, Value] => [
      name,
      value === UNKNOWN ? (prior[name] ?? null) : withoutUnknown(value),
    ]),
  );

function update(
  spec: AwsTypeSpec,
  planned: Attributes,
  prior: Attributes,
  context: ProviderContext,
): Attributes {
  ask(spec, "update", planned, context);
  return inWordsOf(spec, "update", labelOf(spec, prior), () => {
    strike(spec, "update", context);
    const values = priorWhereUnknown(planned, prior);
    spec.refuseUpdate?.(values, context, prior);
    const deed = { context, mint: new Mint(context.world, spec.type, values) };
    const changed = { ...values, ...spec.updated?.(values, prior, deed) };
    if (text(changed, "id") !== text(prior, "id"))
      removeResource(context.world, spec.type, text(prior, "id"));
    storeResource(context.world, spec.type, text(changed, "id"), changed);
    note(spec, "update", changed, prior, context);
    return changed;
  });
}

function remove(spec: AwsTypeSpec, state: Attributes, context: ProviderContext): void {
  ask(spec, "delete", state, context);
  inWordsOf(spec, "delete", labelOf(spec, state), () => {
    strike(spec, "delete", context);
    if (!findResource(context.world, spec.type, text(state, "id"))) return;
    spec.refuseDelete?.(state, context);
    removeResource(context.world, spec.type, text(state, "id"));
    spec.deleted?.(state, context);
    note(spec, "delete", state, null, context);
  });
}

/** The state's own text where the world's means the same. */
function keepText(spec: AwsTypeSpec, state: Attributes, found: Attributes): Attributes {
  return {
    ...found,
    ...pick(refineJson(spec, found, state), [...(spec.policies ?? []), ...(spec.documents ?? [])]),
  };
}

const pick = (values: Attributes, names: readonly string[]): Attributes =>
  Object.fromEntries(names.map((name) => [name, values[name] ?? null]));

function read(spec: AwsTypeSpec, state: Attributes, context: ProviderContext): Attributes | null {
  ask(spec, "read", state, context);
  const stored = findResource(context.world, spec.type, text(state, "id"));
  if (!stored) return null;
  const observed = spec.observe ? spec.observe({ ...state, ...stored }, context) : stored;
  if (!observed) return null;
  const found = keepText(spec, state, { ...state, ...stored, ...observed });
  if (schemaOf(spec.type).block.attributes?.tags_all) {
    const all = strings(found, "tags_all");
    found.tags = "tags" in found ? ownTags(state, all, context) : null;
  }
  return found;
}

function validateJson(spec: AwsTypeSpec, configuration: Attributes): void {
  for (const name of [...(spec.policies ?? []), ...(spec.documents ?? [])]) {
    const json = text(configuration, name);
    if (json !== "") documentOf(json, name);
  }
}

/** A resource type of the aws provider from what is particular to it. */
export function awsType(spec: AwsTypeSpec): ResourceType {
  return {
    type: spec.type,
    forcesReplacement: ["region", ...(spec.forcesReplacement ?? [])].filter(
      (path) => path !== "region" || schemaOf(spec.type).block.attributes?.region !== undefined,
    ),
    ...(spec.defaults ? { defaults: spec.defaults } : {}),
    ...(spec.changesOnUpdate ? { changesOnUpdate: spec.changesOnUpdate } : {}),
    validate: (configuration) => {
      validateJson(spec, configuration);
      spec.validate?.(configuration);
    },
    plan: planOf(spec),
    create: (planned, context) => create(spec, planned, context),
    read: (state, context) => read(spec, state, context),
    update: (planned, prior, context) => update(spec, planned, prior, context),
    delete: (state, context) => remove(spec, state, context),
    import: spec.import ?? ((id) => ({ id })),
  };
}

/** Throws unless exactly one of the attributes is given. */
export function exactlyOne(configuration: Attributes, names: readonly string[]): void {
  const given = names.filter((name) => isSomething(configuration[name]));
  if (given.length === 1) return;
  const list = names.join(",");
  throw new ProviderError(
    given.length === 0
      ? `Invalid combination of arguments\n"${names[0]}": one of \`${list}\` must be specified`
      : `Invalid combination of arguments\n"${given[0]}": only one of \`${list}\` can be specified, but \`${given.join(",")}\` were specified.`,
  );
}
