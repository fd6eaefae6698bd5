import type {
  Attributes,
  DataSourceType,
  ProviderContext,
  ProviderDefinition,
  ResourceType,
  Value,
} from "../contract.ts";
import { ProviderError } from "../contract.ts";
import { decodeValue, encodeValue, fromStateJson } from "./codec.ts";
import { type Diagnostic, diagnosticOf, HalfAppliedError } from "./diagnostics.ts";
import { planChange } from "./planning.ts";
import { type CtyType, type ProviderSchema, type TypeSchema, typeOfBlock } from "./schema.ts";
import { isMembers, withoutUnknown } from "./values.ts";

interface Dynamic {
  msgpack?: Uint8Array;
}

export type BeforeOperation = (operation: {
  action: string;
  type: string;
  planned: Attributes | null;
}) => Promise<void>;

export interface SessionOptions {
  readonly definition: ProviderDefinition;
  readonly schema: ProviderSchema;
  /** What implementations get; the configuration is the session's. */
  readonly context: Omit<ProviderContext, "configuration">;
  readonly beforeOperation?: BeforeOperation | undefined;
}

interface Known<T> {
  readonly schema: TypeSchema;
  readonly cty: CtyType;
  readonly implementation: T;
}

/** Of every session, whose schemas are the same objects. */
const types = new WeakMap<TypeSchema, CtyType>();

/** Terraform's side of one provider: decodes, asks the implementation of the type, encodes. */
export class ProviderSession {
  readonly #options: SessionOptions;
  readonly #resources: Map<string, ResourceType>;
  readonly #dataSources: Map<string, DataSourceType>;
  #configuration: Attributes = {};

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#resources = new Map(options.definition.resources.map((type) => [type.type, type]));
    this.#dataSources = new Map(options.definition.dataSources.map((type) => [type.type, type]));
    for (const type of this.#resources.keys())
      if (!options.schema.resource_schemas[type]) throw new Error(`no schema is recorded for ${type}`);
    for (const type of this.#dataSources.keys())
      if (!options.schema.data_source_schemas[type])
        throw new Error(`no schema is recorded for data ${type}`);
  }

  configure(config: Dynamic): void {
    const type = this.#cty(this.#options.schema.provider);
    this.#configuration = this.#object(config, type) ?? {};
  }

  validateResource(typeName: string, config: Dynamic): void {
    const implementation = this.#resources.get(typeName);
    if (!implementation?.validate) return;
    const { cty } = this.#resource(typeName);
    implementation.validate(this.#object(config, cty) ?? {});
  }

  upgrade(typeName: string, json: Uint8Array): Dynamic {
    const cty = this.#cty(this.#schemaOf(typeName));
    const state = fromStateJson(JSON.parse(new TextDecoder().decode(json)), cty);
    return { msgpack: encodeValue(state, cty) };
  }

  read(typeName: string, current: Dynamic): Dynamic {
    const { cty, implementation } = this.#resource(typeName);
    const state = this.#object(current, cty);
    if (!state) return current;
    const found = implementation.read(state, this.#context());
    return { msgpack: encodeValue(found && withoutUnknown({ ...state, ...found }), cty) };
  }

  readData(typeName: string, config: Dynamic): Dynamic {
    const schema = this.#options.schema.data_source_schemas[typeName];
    const implementation = this.#dataSources.get(typeName);
    if (!schema || !implementation)
      throw new ProviderError(`The twin does not know the data source ${typeName}.`);
    const cty = this.#cty(schema);
    const given = this.#object(config, cty) ?? {};
    const found = implementation.read(given, this.#context());
    return { msgpack: encodeValue(withoutUnknown({ ...given, ...found }), cty) };
  }

  plan(
    typeName: string,
    request: { prior_state: Dynamic; proposed_new_state: Dynamic; config: Dynamic },
  ): { planned: Dynamic; replaces: string[] } {
    const { schema, cty, implementation } = this.#resource(typeName);
    const proposed = this.#object(request.proposed_new_state, cty);
    if (!proposed) return { planned: request.proposed_new_state, replaces: [] };
    const { planned, replaces } = planChange({
      type: implementation,
      block: schema.block,
      config: this.#object(request.config, cty) ?? {},
      prior: this.#object(request.prior_state, cty),
      proposed,
      context: this.#context(),
    });
    return { planned: { msgpack: encodeValue(planned, cty) }, replaces: [...replaces] };
  }

  /** Never throws: a failed apply still says what the resource's state is. */
  async apply(
    typeName: string,
    request: { prior_state: Dynamic; planned_state: Dynamic },
  ): Promise<{ state: Dynamic; diagnostics: Diagnostic[] }> {
    try {
      const { cty, implementation } = this.#resource(typeName);
      const prior = this.#object(request.prior_state, cty);
      const planned = this.#object(request.planned_state, cty);
      try {
        const state = await this.#change(implementation, prior, planned);
        return { state: { msgpack: encodeValue(state, cty) }, diagnostics: [] };
      } catch (error) {
        const kept = error instanceof HalfAppliedError ? withoutUnknown(error.state) : prior;
        return { state: { msgpack: encodeValue(kept, cty) }, diagnostics: [diagnosticOf(error)] };
      }
    } catch (error) {
      return { state: request.prior_state, diagnostics: [diagnosticOf(error)] };
    }
  }

  import(typeName: string, id: string): Dynamic {
    const { cty, implementation } = this.#resource(typeName);
    return { msgpack: encodeValue(implementation.import?.(id, this.#context()) ?? { id }, cty) };
  }

  async #change(type: ResourceType, prior: Attributes | null, planned: Attributes | null): Promise<Value> {
    const action = planned ? (prior ? "update" : "create") : "delete";
    await this.#options.beforeOperation?.({ action, type: type.type, planned });
    const context = this.#context();
    if (planned && prior) return withoutUnknown({ ...planned, ...type.update(planned, prior, context) });
    if (planned) return withoutUnknown({ ...planned, ...type.create(planned, context) });
    if (prior) type.delete(prior, context);
    return null;
  }

  #context(): ProviderContext {
    const region = this.#configuration.region;
    return {
      ...this.#options.context,
      configuration: this.#configuration,
      region: typeof region === "string" ? region : this.#options.context.region,
    };
  }

  #schemaOf(typeName: string): TypeSchema {
    const schema = this.#options.schema.resource_schemas[typeName];
    if (!schema) throw new ProviderError(`The provider has no resource type ${typeName}.`);
    return schema;
  }

  #resource(typeName: string): Known<ResourceType> {
    const schema = this.#schemaOf(typeName);
    const implementation = this.#resources.get(typeName);
    if (!implementation) throw new ProviderError(`The twin does not know the resource type ${typeName}.`);
    return { schema, cty: this.#cty(schema), implementation };
  }

  #cty(schema: TypeSchema): CtyType {
    const known = types.get(schema) ?? typeOfBlock(schema.block);
    types.set(schema, known);
    return known;
  }

  #object(value: Dynamic, type: CtyType): Attributes | null {
    if (!value?.msgpack || value.msgpack.length === 0) return null;
    const decoded = decodeValue(value.msgpack, type);
    return isMembers(decoded) ? decoded : null;
  }
}
