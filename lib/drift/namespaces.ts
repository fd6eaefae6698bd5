import type { Catalogue } from "../catalogue/define-layers.ts";

/** Namespaces that the layers' gates look into, with the layer that each belongs to. */
export function namespacesOf(catalogue: Catalogue): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, gates } of catalogue.layers)
    for (const { namespaces, namespace } of gates)
      for (const each of [namespaces, namespace].flat())
        if (typeof each === "string" && !each.startsWith("kube-") && !found.has(each)) found.set(each, name);
  return found;
}
