import { readFileSync } from "node:fs";

/** A type of Terraform's type system, in its JSON form. */
export type CtyType =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | ["list" | "set" | "map", CtyType]
  | ["object", Record<string, CtyType>]
  | ["tuple", CtyType[]];

type NestingMode = "single" | "group" | "list" | "set" | "map";

export interface AttributeSchema {
  readonly type?: CtyType;
  readonly nested_type?: {
    readonly attributes: Record<string, AttributeSchema>;
    readonly nesting_mode: NestingMode;
  };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
  readonly write_only?: boolean;
}

export interface NestedBlockSchema {
  readonly nesting_mode: NestingMode;
  readonly block: BlockSchema;
  readonly min_items?: number;
  readonly max_items?: number;
}

export interface BlockSchema {
  readonly attributes?: Record<string, AttributeSchema>;
  readonly block_types?: Record<string, NestedBlockSchema>;
  readonly deprecated?: boolean;
}

export interface TypeSchema {
  readonly version: number;
  readonly block: BlockSchema;
}

/** What one provider serves. */
export interface ProviderSchema {
  readonly provider: TypeSchema;
  readonly resource_schemas: Record<string, TypeSchema>;
  readonly data_source_schemas: Record<string, TypeSchema>;
}

const recorded = new URL("../../recorded/terraform-schemas/", import.meta.url);

const readRecorded = (file: string, address: string): Partial<ProviderSchema> => {
  const document = JSON.parse(readFileSync(new URL(file, recorded), "utf8")) as {
    provider_schemas: Record<string, Partial<ProviderSchema>>;
  };
  return document.provider_schemas[address] ?? {};
};

/** Which recorded files make up a provider's schema; a later file adds types. */
const FILES: Record<string, readonly string[]> = {
  "registry.terraform.io/hashicorp/aws": ["aws.json", "aws.supplement.json"],
  "registry.terraform.io/hashicorp/helm": ["helm.json"],
  "registry.terraform.io/hashicorp/kubernetes": ["kubernetes.json"],
  "registry.terraform.io/hashicorp/random": ["random.json"],
};

export const PROVIDER_ADDRESSES = Object.keys(FILES);

/** Schemas do not change while a process runs, and are asked for with every build. */
const loaded = new Map<string, ProviderSchema>();

/** The recorded schema of a provider, one object for all who ask; throws if there is none. */
export function loadProviderSchema(address: string): ProviderSchema {
  const schema = loaded.get(address) ?? readProviderSchema(address);
  loaded.set(address, schema);
  return schema;
}

function readProviderSchema(address: string): ProviderSchema {
  const files = FILES[address];
  if (!files) throw new Error(`no schema is recorded for the provider ${address}`);
  const parts = files.map((file) => readRecorded(file, address));
  return {
    provider: parts[0]?.provider ?? { version: 0, block: {} },
    resource_schemas: Object.assign({}, ...parts.map((part) => part.resource_schemas)),
    data_source_schemas: Object.assign({}, ...parts.map((part) => part.data_source_schemas)),
  };
}

const wrap = (mode: NestingMode, element: CtyType): CtyType =>
  mode === "single" || mode === "group" ? element : [mode, element];

export function typeOfAttribute(attribute: AttributeSchema): CtyType {
  if (!attribute.nested_type) return attribute.type ?? "dynamic";
  const { attributes, nesting_mode } = attribute.nested_type;
  return wrap(nesting_mode, typeOfBlock({ attributes }));
}

/** The object type that a block's values have. */
export function typeOfBlock(block: BlockSchema): CtyType {
  const members: Record<string, CtyType> = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {}))
    members[name] = typeOfAttribute(attribute);
  for (const [name, nested] of Object.entries(block.block_types ?? {}))
    members[name] = wrap(nested.nesting_mode, typeOfBlock(nested.block));
  return ["object", members];
}
