import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import type { Json } from "../../../world/world.ts";
import type { Attributes } from "../../contract.ts";
import type { BlockSchema } from "../../plugin/schema.ts";
import { fromManifest, toManifest, typed } from "./mapping.ts";
import { idOf, metadataOf, nameOf, namespaceOf, readMetadata, writeMetadata } from "./metadata.ts";
import type { ObjectType } from "./object-type.ts";

type Fields = { [key: string]: Json };

/** Attributes that steer the provider and are no part of the object. */
const isProvidersOwn = (name: string): boolean =>
  ["id", "metadata", "timeouts", "status", "default_secret_name"].includes(name) ||
  name.startsWith("wait_") ||
  name.includes("_wo");

/** The part of the schema that is the object's, without metadata. */
function objectBlock(block: BlockSchema): BlockSchema {
  const own = <T>(members: Record<string, T> | undefined): Record<string, T> =>
    Object.fromEntries(Object.entries(members ?? {}).filter(([name]) => !isProvidersOwn(name)));
  return { attributes: own(block.attributes), block_types: own(block.block_types) };
}

/** The two ways between one type's attributes and its objects. */
export interface Conversion {
  objectOf(values: Attributes, suffix: () => string): KubernetesObject;
  valuesOf(object: KubernetesObject, state: Attributes): Attributes;
  /** Enough of the object to ask for it. */
  stub(state: Attributes): KubernetesObject;
}

export function conversion(row: ObjectType, block: BlockSchema): Conversion {
  const own = objectBlock(block);
  const { apiVersion, kind, namespaced } = row;
  return {
    objectOf(values, suffix) {
      const manifest = toManifest(own, values);
      const fields = row.shape ? row.shape(manifest, values) : manifest;
      return { apiVersion, kind, metadata: writeMetadata(values, namespaced, suffix), ...fields };
    },
    stub: (state) => ({
      apiVersion,
      kind,
      metadata: { name: nameOf(state), ...(namespaced ? { namespace: namespaceOf(state) } : {}) },
    }),
    valuesOf(object, state) {
      const fields = row.unshape ? row.unshape(object as Fields, state) : (object as Fields);
      const metadata = readMetadata(object, metadataOf(state), namespaced);
      const isAttribute = block.attributes?.metadata !== undefined;
      return {
        ...state,
        ...fromManifest(own, fields, state),
        ...computed(block, object),
        metadata: isAttribute ? metadata : [metadata],
        id: idOf({ metadata: [metadata] }, namespaced),
      };
    },
  };
}

/** Values that only the API server gives, beside metadata's. */
function computed(block: BlockSchema, object: KubernetesObject): Attributes {
  const values: Attributes = {};
  const status = block.attributes?.status;
  if (status?.type) values.status = typed(status.type, (object.status ?? {}) as Json);
  // Empty since Kubernetes 1.24: tokens of service accounts are no longer kept in Secrets.
  if (block.attributes?.default_secret_name) values.default_secret_name = "";
  return values;
}
