import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import type { Json } from "../../../world/world.ts";
import type { Attributes, DataSourceType } from "../../contract.ts";
import type { BlockSchema } from "../../plugin/schema.ts";
import { connect, find } from "./connection.ts";
import { fieldName } from "./field-names.ts";
import { typed } from "./mapping.ts";
import { idOf, metadataOf, nameOf, namespaceOf, readMetadata } from "./metadata.ts";
import { decodeSecret } from "./secret-data.ts";

type Fields = { [key: string]: Json };

const SOURCES: readonly { type: string; apiVersion: string; kind: string; namespaced: boolean }[] = [
  { type: "kubernetes_service_v1", apiVersion: "v1", kind: "Service", namespaced: true },
  { type: "kubernetes_namespace_v1", apiVersion: "v1", kind: "Namespace", namespaced: false },
  { type: "kubernetes_config_map_v1", apiVersion: "v1", kind: "ConfigMap", namespaced: true },
  { type: "kubernetes_secret_v1", apiVersion: "v1", kind: "Secret", namespaced: true },
  { type: "kubernetes_ingress_v1", apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespaced: true },
  { type: "kubernetes_service_account_v1", apiVersion: "v1", kind: "ServiceAccount", namespaced: true },
  {
    type: "kubernetes_storage_class_v1",
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    namespaced: false,
  },
];

/** Everything but id and metadata as the object has it; what is not there is null. */
function valuesOf(block: BlockSchema, object: KubernetesObject, configuration: Attributes): Attributes {
  const fields =
    object.kind === "Secret" ? decodeSecret(object as Fields, configuration) : (object as Fields);
  const values: Attributes = {};
  for (const [name, schema] of Object.entries(block.attributes ?? {}))
    if (name !== "id" && schema.type !== undefined)
      values[name] =
        typed(schema.type, fields[fieldName(name, true)] ?? fields[fieldName(name, false)]) ??
        configuration[name] ??
        null;
  return values;
}

/** Data sources of the object types; one that is not there is not an error but has no id, as in the real provider. */
export const dataSources = (blockOf: (type: string) => BlockSchema): DataSourceType[] =>
  SOURCES.map(({ type, apiVersion, kind, namespaced }) => ({
    type,
    read(configuration, context) {
      const name = nameOf(configuration);
      const namespace = namespaceOf(configuration);
      const connection = connect(context, context.configuration.host as Json);
      const metadata = { name, ...(namespaced ? { namespace } : {}) };
      const found = find(connection, { apiVersion, kind, metadata });
      if (!found) return { ...configuration, id: null };
      return {
        ...valuesOf(blockOf(type), found, configuration),
        id: idOf(configuration, namespaced),
        metadata: [readMetadata(found, metadataOf(configuration), namespaced)],
      };
    },
  }));
