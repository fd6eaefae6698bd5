import { type Attributes, type ResourceType, UNKNOWN } from "../../contract.ts";
import { loadProviderSchema, type TypeSchema } from "../../plugin/schema.ts";
import { isGiven, isSomething, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { isSameJson, isSamePolicy } from "./policy-json.ts";
import { planTagsAll } from "./tags.ts";

const recorded: { schemas?: Record<string, TypeSchema> } = {};

export const schemaOf = (type: string): TypeSchema => {
  recorded.schemas ??= loadProviderSchema("registry.terraform.io/hashicorp/aws").resource_schemas;
  const schema = recorded.schemas[type];
  if (!schema) throw new Error(`no schema is recorded for ${type}`);
  return schema;
};

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

export function planOf(spec: AwsTypeSpec): NonNullable<ResourceType["plan"]> {
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

/** The state's own text where the world's means the same. */
export function keepText(spec: AwsTypeSpec, state: Attributes, found: Attributes): Attributes {
  return {
    ...found,
    ...pick(refineJson(spec, found, state), [...(spec.policies ?? []), ...(spec.documents ?? [])]),
  };
}

const pick = (values: Attributes, names: readonly string[]): Attributes =>
  Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
