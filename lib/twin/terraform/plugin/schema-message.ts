import type { AttributeSchema, BlockSchema, ProviderSchema, TypeSchema } from "./schema.ts";

/** A recorded schema as the message of the plugin protocol. */
type Message = { [key: string]: unknown };

const attributeMessage = ([name, schema]: [string, AttributeSchema]): Message => ({
  name,
  required: schema.required ?? false,
  optional: schema.optional ?? false,
  computed: schema.computed ?? false,
  sensitive: schema.sensitive ?? false,
  deprecated: schema.deprecated ?? false,
  write_only: schema.write_only ?? false,
  ...(schema.nested_type
    ? {
        nested_type: {
          attributes: Object.entries(schema.nested_type.attributes).map(attributeMessage),
          nesting: schema.nested_type.nesting_mode.toUpperCase(),
        },
      }
    : { type: Buffer.from(JSON.stringify(schema.type)) }),
});

const blockMessage = (block: BlockSchema, version = 0): Message => ({
  version,
  attributes: Object.entries(block.attributes ?? {}).map(attributeMessage),
  block_types: Object.entries(block.block_types ?? {}).map(([type_name, nested]) => ({
    type_name,
    block: blockMessage(nested.block),
    nesting: nested.nesting_mode.toUpperCase(),
    min_items: nested.min_items ?? 0,
    max_items: nested.max_items ?? 0,
  })),
  deprecated: block.deprecated ?? false,
});

const typeMessage = (schema: TypeSchema): Message => ({
  version: schema.version ?? 0,
  block: blockMessage(schema.block, schema.version ?? 0),
});

const each = (schemas: Record<string, TypeSchema>): Message =>
  Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, typeMessage(schema)]));

export const providerSchemaMessage = (schema: ProviderSchema): Message => ({
  provider: typeMessage(schema.provider),
  resource_schemas: each(schema.resource_schemas),
  data_source_schemas: each(schema.data_source_schemas),
  diagnostics: [],
  server_capabilities: {
    plan_destroy: false,
    get_provider_schema_optional: true,
    move_resource_state: false,
  },
});
