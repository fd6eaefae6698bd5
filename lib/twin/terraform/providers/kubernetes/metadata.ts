import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import type { Json } from "../../../world/world.ts";
import { type Attributes, UNKNOWN, type Value } from "../../contract.ts";

type Strings = { [key: string]: string };

const isMap = (value: unknown): value is { [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The only element of the `metadata` block (a nested attribute in the newer types). */
export function metadataOf(values: Attributes): Attributes {
  const block = Array.isArray(values.metadata) ? values.metadata[0] : values.metadata;
  return isMap(block) ? block : {};
}

export const nameOf = (values: Attributes): string => String(metadataOf(values).name ?? "");

/** Namespaced types default to `default`. */
export const namespaceOf = (values: Attributes): string => {
  const { namespace } = metadataOf(values);
  return typeof namespace === "string" && namespace !== "" ? namespace : "default";
};

export const idOf = (values: Attributes, namespaced: boolean): string =>
  namespaced ? `${namespaceOf(values)}/${nameOf(values)}` : nameOf(values);

/**
 * Keys that controllers write and the provider therefore leaves alone unless they are configured.
 * @see terraform-provider-kubernetes `isInternalKey`: hosts ending in kubernetes.io, except app.kubernetes.io and a few
 */
function isInternal(key: string): boolean {
  const [host = ""] = key.split("/");
  if (!key.includes("/")) return false;
  if (host === "app.kubernetes.io" || host === "service.beta.kubernetes.io" || host === "networking.k8s.io")
    return false;
  return host.endsWith("kubernetes.io") || host.endsWith("k8s.io") || host.startsWith("pod-security");
}

function followed(live: Json | undefined, state: Value | undefined): Value {
  const stated = isMap(state) ? state : {};
  const kept = Object.entries((live ?? {}) as Strings).filter(
    ([key]) => Object.hasOwn(stated, key) || !isInternal(key),
  );
  if (kept.length === 0) return isMap(state) ? {} : null;
  return Object.fromEntries(kept);
}

/** The metadata block as the object has it. */
export function readMetadata(object: KubernetesObject, state: Attributes, namespaced: boolean): Attributes {
  const { metadata } = object;
  return {
    ...state,
    name: metadata.name,
    ...(namespaced ? { namespace: metadata.namespace ?? "default" } : {}),
    labels: followed(metadata.labels, state.labels),
    annotations: followed(metadata.annotations, state.annotations),
    generation: Number(metadata.generation ?? 0),
    resource_version: String(metadata.resourceVersion ?? ""),
    uid: String(metadata.uid ?? ""),
  };
}

const strings = (value: Value | undefined): Strings | undefined => {
  if (!isMap(value)) return undefined;
  const known = Object.entries(value).filter(([, item]) => item !== null && item !== UNKNOWN);
  return known.length > 0 ? Object.fromEntries(known.map(([key, item]) => [key, String(item)])) : undefined;
};

/** What of the metadata block goes to the API server. `generate_name` gets its suffix from `suffix`. */
export function writeMetadata(
  values: Attributes,
  namespaced: boolean,
  suffix: () => string,
): KubernetesObject["metadata"] {
  const block = metadataOf(values);
  const prefix =
    typeof block.generate_name === "string" && block.generate_name !== "" ? block.generate_name : undefined;
  const given = typeof block.name === "string" && block.name !== "" ? block.name : undefined;
  const labels = strings(block.labels);
  const annotations = strings(block.annotations);
  return {
    name: given ?? `${prefix ?? ""}${suffix()}`,
    ...(namespaced ? { namespace: namespaceOf(values) } : {}),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
  };
}
