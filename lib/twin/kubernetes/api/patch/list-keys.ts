import type { Json } from "../../../world/world.ts";
import { isObject } from "../json-values.ts";

/**
 * Lists of built-in objects whose items have an identity, by field name. All others are replaced whole
 * (tolerations and rules too: upstream declares no merge strategy for them).
 * @see `patchMergeKey` in k8s.io/api types.go
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  env: "name",
  volumes: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  imagePullSecrets: "name",
  hostAliases: "ip",
  podIPs: "ip",
  hostIPs: "ip",
  topologySpreadConstraints: "topologyKey",
  conditions: "type",
  addresses: "type",
  ownerReferences: "uid",
  secrets: "name",
  webhooks: "name",
  matchConditions: "name",
  resourceClaims: "name",
};

/** Lists of texts that are sets. */
const SETS = new Set(["finalizers"]);

/** Does any list in the pair carry this key? Ports are keyed by `containerPort` in a container, `port` in a Service. */
const carries = (key: string, ...lists: (Json | undefined)[]): boolean =>
  lists.some((list) => Array.isArray(list) && list.some((item) => isObject(item) && key in item));

export function mergeKeyOf(field: string, ...lists: (Json | undefined)[]): string | undefined {
  if (field !== "ports") return MERGE_KEYS[field];
  if (carries("containerPort", ...lists)) return "containerPort";
  return carries("port", ...lists) ? "port" : undefined;
}

export const isSet = (field: string): boolean => SETS.has(field);

/** Keys by which server-side apply tells the items of a list apart; empty: the list is one value. */
export function applyKeysOf(field: string, ...lists: (Json | undefined)[]): string[] {
  if (field !== "ports" && field !== "topologySpreadConstraints") {
    const key = MERGE_KEYS[field];
    return key ? [key] : [];
  }
  if (field === "topologySpreadConstraints") return ["topologyKey", "whenUnsatisfiable"];
  const key = mergeKeyOf(field, ...lists);
  return key ? [key, "protocol"] : [];
}
