import { callerArn } from "../../../aws/arn.ts";
import { noteCall } from "../../../aws/audit-trail.ts";
import { AwsError } from "../../../aws/contract.ts";
import { strikes } from "../../../world/faults.ts";
import {
  type Attributes,
  type Operation,
  type ProviderContext,
  type ResourceType,
  UNKNOWN,
  type Value,
} from "../../contract.ts";
import { withoutUnknown } from "../../plugin/values.ts";
import { strings, text } from "./attributes.ts";
import { permit } from "./authorization.ts";
import { keepText, planOf, schemaOf } from "./aws-type-plan.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { durationOf } from "./durations.ts";
import { inWordsOf, type Phase } from "./errors.ts";
import { Mint } from "./identifiers.ts";
import { findResource, removeResource, resourcesOf, storeResource } from "./resource-store.ts";
import { ownTags } from "./tags.ts";
import { validateJson } from "./validation.ts";

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
  const arn = arnOf(spec, values, context);
  noteCall(context.world, {
    at: context.world.clock.now(),
    source: `${arn.split(":")[2] || spec.service.toLowerCase()}.amazonaws.com`,
    name: spec.calls[action] ?? `${action}${spec.type}`,
    who: callerArn(context.principal),
    resources: [text(values, "id"), arn, text(values, "name")].filter((name) => name !== "" && name !== "*"),
  });
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
  for (const name of spec.unread ?? []) found[name] = state[name] ?? null;
  return found;
}

/** The resource that an import names, by the identifier under which it is read. */
function imported(spec: AwsTypeSpec, id: string, { world }: ProviderContext): Attributes {
  if (spec.import) return spec.import(id);
  const named =
    spec.importId && resourcesOf(world, spec.type).find((values) => spec.importId?.(values) === id);
  return { id: named ? text(named, "id") : id };
}

/** A resource that names a region lives there; the others, in the provider's. */
const inItsRegion = (values: Attributes, context: ProviderContext): ProviderContext => {
  const region = text(values, "region");
  return region === "" ? context : { ...context, region };
};

/** A resource type of the aws provider from what is particular to it. */
export function awsType(spec: AwsTypeSpec): ResourceType {
  const plan = planOf(spec);
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
    plan: (planned, prior, context) => plan(planned, prior, inItsRegion(planned, context)),
    create: (planned, context) => create(spec, planned, inItsRegion(planned, context)),
    read: (state, context) => read(spec, state, inItsRegion(state, context)),
    update: (planned, prior, context) => update(spec, planned, prior, inItsRegion(planned, context)),
    delete: (state, context) => remove(spec, state, inItsRegion(state, context)),
    import: (id, context) => imported(spec, id, context),
  };
}
