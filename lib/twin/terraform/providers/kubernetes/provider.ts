import type { ProviderDefinition } from "../../contract.ts";
import { type BlockSchema, loadProviderSchema } from "../../plugin/schema.ts";
import { dataSources } from "./data-sources.ts";
import { manifestResource } from "./manifest.ts";
import { metadataPatch } from "./metadata-patches.ts";
import { OBJECT_TYPES } from "./object-types.ts";
import { objectResource } from "./resource.ts";

const ADDRESS = "registry.terraform.io/hashicorp/kubernetes";
const schema = loadProviderSchema(ADDRESS);

function blockOf(schemas: typeof schema.resource_schemas, type: string): BlockSchema {
  const found = schemas[type];
  if (!found) throw new Error(`no schema is recorded for ${type}`);
  return found.block;
}

/** hashicorp/kubernetes: objects in a cluster of the world, as the user that the caller's access entry gives. */
export const kubernetesProvider: ProviderDefinition = {
  address: ADDRESS,
  version: "3.2.1",
  resources: [
    ...OBJECT_TYPES.map((row) => objectResource(row, blockOf(schema.resource_schemas, row.type))),
    manifestResource,
    metadataPatch("labels"),
    metadataPatch("annotations"),
  ],
  dataSources: dataSources((type) => blockOf(schema.data_source_schemas, type)),
};
