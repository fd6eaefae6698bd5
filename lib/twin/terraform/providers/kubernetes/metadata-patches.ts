import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import type { Json } from "../../../world/world.ts";
import { type Attributes, ProviderError, type ResourceType, type Value } from "../../contract.ts";
import { connect, find, objectPath } from "./connection.ts";
import { metadataOf } from "./metadata.ts";
import { REQUEST_MILLISECONDS } from "./object-type.ts";

type Strings = { [key: string]: string };

const strings = (value: Value | undefined): Strings =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]))
    : {};

function target(values: Attributes): KubernetesObject {
  const { name, namespace } = metadataOf(values);
  return {
    apiVersion: String(values.api_version),
    kind: String(values.kind),
    metadata: {
      name: String(name),
      ...(typeof namespace === "string" && namespace !== "" ? { namespace } : {}),
    },
  };
}

function idOf(values: Attributes): string {
  const { name, namespace } = metadataOf(values);
  const place = typeof namespace === "string" && namespace !== "" ? `namespace=${namespace},` : "";
  return `apiVersion=${String(values.api_version)},kind=${String(values.kind)},${place}name=${String(name)}`;
}

/** Labels or annotations on an object that something else made: `kubernetes_labels`, `kubernetes_annotations`. */
export function metadataPatch(field: "labels" | "annotations"): ResourceType {
  const type = `kubernetes_${field}`;
  const write: ResourceType["update"] = (planned, prior, context) => {
    const connection = connect(context, context.configuration.host as Json);
    const object = target(planned);
    if (!find(connection, object)) throw new ProviderError("The resource does not exist");
    const wanted = strings(planned[field]);
    const gone = Object.keys(strings(prior[field])).filter((key) => !Object.hasOwn(wanted, key));
    const patch = {
      metadata: { [field]: { ...Object.fromEntries(gone.map((key) => [key, null])), ...wanted } },
    };
    connection.request("PATCH", objectPath(connection, object), patch, "application/merge-patch+json");
    const action = Object.keys(prior).length > 0 ? "update" : "create";
    context.record({ action, type, id: idOf(planned), lastsMilliseconds: REQUEST_MILLISECONDS });
    return { ...planned, id: idOf(planned) };
  };
  return {
    type,
    forcesReplacement: ["api_version", "kind", "metadata.name", "metadata.namespace"],
    defaults: { field_manager: "Terraform" },
    create: (planned, context) => write(planned, {}, context),
    update: write,
    read(state, context) {
      const found = find(connect(context, context.configuration.host as Json), target(state));
      if (!found) return null;
      const live = strings(found.metadata[field] as Value);
      const followed = Object.keys(strings(state[field])).filter((key) => Object.hasOwn(live, key));
      return { ...state, [field]: Object.fromEntries(followed.map((key) => [key, live[key] ?? ""])) };
    },
    delete(state, context) {
      const connection = connect(context, context.configuration.host as Json);
      const gone = Object.fromEntries(Object.keys(strings(state[field])).map((key) => [key, null]));
      const object = target(state);
      if (find(connection, object))
        connection.request(
          "PATCH",
          objectPath(connection, object),
          { metadata: { [field]: gone } },
          "application/merge-patch+json",
        );
      context.record({ action: "delete", type, id: idOf(state), lastsMilliseconds: REQUEST_MILLISECONDS });
    },
  };
}
