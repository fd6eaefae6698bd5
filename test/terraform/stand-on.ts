import { expect } from "vitest";
import { VARIABLES } from "./environment.ts";
import type { LayersOnDisk } from "./planned-layer.ts";

/** By the layers applied up to there, the state of the last one. */
const states = new Map<string, unknown>();

/**
 * Puts a layer onto others that are applied with the environment's own variables, in the order given. Each is
 * applied once in a process: what echo providers with the environment's answers make of it is always the same.
 */
export async function standOn(layers: LayersOnDisk, ...directories: readonly string[]): Promise<void> {
  let reached = "";
  for (const directory of directories) {
    reached += ` ${directory}`;
    const known = states.get(reached);
    if (known !== undefined) {
      layers.restore(directory, known);
      continue;
    }
    expect(await layers.apply(directory, VARIABLES[directory] ?? {})).toContain("Apply complete");
    states.set(reached, layers.state(directory));
  }
}
