import type { KubernetesObject } from "../kubernetes/contract.ts";
import type { Json } from "../world/world.ts";
import { isMap, type Values } from "./values.ts";

interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** Strings below these keys are never names of objects. */
const NOT_NAMES = new Set(["apiVersion", "kind", "image", "helm.sh/chart", "app.kubernetes.io/name", "path"]);

/**
 * Objects recorded for one release, as another release in another namespace makes them. Helm's usual full name:
 * the release's name if it contains the recorded one, else `<release>-<recorded>`.
 */
export function renamed(
  objects: readonly KubernetesObject[],
  from: Release,
  to: Release,
): KubernetesObject[] {
  const fullName = to.name.includes(from.name) ? to.name : `${to.name}-${from.name}`;
  const name = (text: string, key: string): string => {
    if (text === from.name && key === "app.kubernetes.io/instance") return to.name;
    if (text === from.name || text.startsWith(`${from.name}-`))
      return fullName + text.slice(from.name.length);
    return text;
  };
  const string = (text: string, key: string): string => {
    const placed =
      key === "namespace" || key === "matchNames" ? (text === from.namespace ? to.namespace : text) : text;
    if (from.name === to.name || NOT_NAMES.has(key) || key === "namespace" || key === "matchNames")
      return placed;
    return name(placed, key);
  };
  const walk = (json: Json, key: string): Json => {
    if (typeof json === "string") return string(json, key);
    if (Array.isArray(json)) return json.map((item) => walk(item, key));
    if (!isMap(json)) return json;
    return Object.fromEntries(Object.entries(json).map(([below, value]) => [below, walk(value, below)]));
  };
  return objects.map((object) => {
    const moved = walk(object as Values, "") as KubernetesObject;
    // Definitions are named after their group, whatever the release is called.
    return object.kind === "CustomResourceDefinition" ? object : moved;
  });
}
