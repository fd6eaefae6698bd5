import type { Aws } from "../../lib/twin/aws/contract.ts";
import { VirtualClock } from "../../lib/twin/clock.ts";
import type { Kubernetes } from "../../lib/twin/kubernetes/contract.ts";
import type { Attributes, ProviderDefinition, Value } from "../../lib/twin/terraform/contract.ts";
import { UNKNOWN } from "../../lib/twin/terraform/contract.ts";
import { announce } from "../../lib/twin/terraform/plugin/reattach.ts";
import {
  type AttributeSchema,
  type BlockSchema,
  type CtyType,
  loadProviderSchema,
  PROVIDER_ADDRESSES,
  typeOfAttribute,
} from "../../lib/twin/terraform/plugin/schema.ts";
import { serveProvider } from "../../lib/twin/terraform/plugin/server.ts";
import { isMembers } from "../../lib/twin/terraform/plugin/values.ts";
import { World } from "../../lib/twin/world/world.ts";

/** What a data source answers, by type. */
export type Answers = Readonly<Record<string, (configuration: Attributes) => Attributes>>;

/** Of the names that configurations take apart, something of the right form. */
function sampleString(name: string, serial: number): string {
  if (name === "arn") return `arn:aws:echo:::${serial}`;
  if (name === "data") return btoa(`certificate ${serial}`);
  return `${name}-${serial}`;
}

/** Computed sets of which a configuration takes the one element. */
const TAKEN_APART = ["domain_validation_options"];

/** Some value of a type; a list of objects gets one element, so that an index into it finds something. */
function sample(type: CtyType, name: string, serial: number): Value {
  if (type === "string") return sampleString(name, serial);
  if (type === "number") return serial;
  if (type === "bool") return false;
  if (type === "dynamic") return null;
  const [kind, inner] = type;
  if (kind === "object")
    return Object.fromEntries(
      Object.entries(inner).map(([key, member]) => [key, sample(member, key, serial)]),
    );
  if (kind === "map") return {};
  const hasElement = kind === "list" || (kind === "set" && TAKEN_APART.includes(name));
  return hasElement && Array.isArray(inner) ? [sample(inner, name, serial)] : [];
}

const sampleAttribute = (schema: AttributeSchema, name: string, serial: number): Value =>
  sample(typeOfAttribute(schema), name, serial);

/** Some value in the place of everything that the plan left unknown. */
function fill(block: BlockSchema, value: Value, serial: number): Value {
  if (!isMembers(value)) return value;
  const filled: Attributes = { ...value };
  for (const [name, schema] of Object.entries(block.attributes ?? {}))
    if (filled[name] === UNKNOWN) filled[name] = sampleAttribute(schema, name, serial);
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const member = filled[name];
    if (Array.isArray(member)) filled[name] = member.map((item) => fill(nested.block, item, serial));
    else if (isMembers(member)) filled[name] = fill(nested.block, member, serial);
  }
  return filled;
}

/** What a resource of AWS bears: its own tags over the default ones of its provider. */
function withAllTags(block: BlockSchema, planned: Attributes, configuration: Attributes): Attributes {
  if (!block.attributes?.tags_all) return planned;
  const defaults = Array.isArray(configuration.default_tags) ? configuration.default_tags[0] : undefined;
  const shared = isMembers(defaults) && isMembers(defaults.tags) ? defaults.tags : {};
  return { ...planned, tags_all: { ...shared, ...(isMembers(planned.tags) ? planned.tags : {}) } };
}

/** No two providers make up the same: states of some are read through others. */
let begun = 0;

function definitionOf(address: string, answers: Answers): ProviderDefinition {
  const schema = loadProviderSchema(address);
  let serial = 1_000 * begun++;
  return {
    address,
    version: "echo",
    resources: Object.entries(schema.resource_schemas).map(([type, { block }]) => ({
      type,
      forcesReplacement: [],
      create: (planned, { configuration }) =>
        withAllTags(block, fill(block, planned, ++serial) as Attributes, configuration),
      read: (state) => state,
      update: (planned, _prior, { configuration }) =>
        withAllTags(block, fill(block, planned, ++serial) as Attributes, configuration),
      delete: () => undefined,
    })),
    dataSources: Object.entries(schema.data_source_schemas).map(([type, { block }]) => ({
      type,
      read: (configuration) => ({
        ...Object.fromEntries(
          Object.entries(block.attributes ?? {})
            .filter(([name, attribute]) => attribute.computed && configuration[name] == null)
            .map(([name, attribute]) => [name, sampleAttribute(attribute, name, 0)]),
        ),
        ...answers[type]?.(configuration),
      }),
    })),
  };
}

export interface EchoProviders {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  close(): void;
}

/**
 * All four providers with the recorded schemas and no behaviour: they keep what they are given and make up the
 * rest. Whatever a configuration computes can be seen in its plan; what AWS would say to it cannot.
 */
export async function serveEchoProviders(answers: Answers): Promise<EchoProviders> {
  const context = {
    world: new World(new VirtualClock(0)),
    aws: {} as Aws,
    kubernetes: {} as Kubernetes,
    principal: { roleArn: "arn:aws:iam::000000000000:role/echo", sessionName: "echo" },
    region: "eu-central-1",
    record: () => undefined,
  };
  const served = await Promise.all(
    PROVIDER_ADDRESSES.map((address) =>
      serveProvider({
        definition: definitionOf(address, answers),
        schema: loadProviderSchema(address),
        context,
      }),
    ),
  );
  return announce(served);
}
