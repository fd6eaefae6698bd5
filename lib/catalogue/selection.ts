import { InvalidInputError } from "../run/errors.ts";
import type { Catalogue } from "./define-layers.ts";
import { nearestName } from "./nearest-name.ts";

export type Operation = "deploy" | "plan" | "destroy";

/**
 * Layers of a run, in the order in which they may come: with their dependencies for deploy and plan (a layer
 * is proven only on proven ground), with their dependents, in reverse, for destroy (nothing may be left
 * standing on what is gone).
 * @throws InvalidInputError for a name that the catalogue doesn't have.
 */
export function selectLayers(
  catalogue: Catalogue,
  operation: Operation,
  names: readonly string[] | "all",
): string[] {
  const all = catalogue.layers.map((layer) => layer.name);
  const selected = new Set(names === "all" ? all : names);
  for (const name of selected) refuseUnknown(name, all);
  if (operation === "destroy") {
    for (const layer of catalogue.layers)
      if (layer.dependsOn.some((dependency) => selected.has(dependency))) selected.add(layer.name);
    return all.filter((name) => selected.has(name)).reverse();
  }
  for (const layer of [...catalogue.layers].reverse())
    if (selected.has(layer.name)) for (const dependency of layer.dependsOn) selected.add(dependency);
  return all.filter((name) => selected.has(name));
}

/** @throws InvalidInputError with the nearest name. */
export function refuseUnknown(name: string, all: readonly string[]): void {
  if (all.includes(name)) return;
  const meant = nearestName(name, all);
  const hint = meant ? `; did you mean "${meant}"?` : ".";
  throw new InvalidInputError(`there is no layer "${name}"${hint} There are: ${all.join(", ")}.`);
}
