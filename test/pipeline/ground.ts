/** The worlds that tests begin in, each deployed by the pipeline itself before or while the first tests run. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunRecord } from "../../lib/cli/run-record.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";

/** Layers after which a world is kept, so that a test of a late layer need not deploy the early ones again. */
export const GROUND_LAYERS = [
  "foundation",
  "platform-step02",
  "platform-step03",
  "resilience",
  "app",
] as const;
export type GroundLayer = (typeof GROUND_LAYERS)[number];

export interface GroundPlaces {
  readonly assembly: string;
  readonly terraformDirectory: string;
  readonly directory: string;
}

/** A world after the run that deployed this layer, and that run's record. */
export interface Ground {
  readonly world: WorldSnapshot;
  readonly record: RunRecord;
}

export const groundInput = (layer: GroundLayer) => ({
  operation: "deploy",
  layers: [layer],
  reason: `ground: ${layer}`,
});

const POLL_MILLISECONDS = 100;

/** Waits until the ground is deployed; throws what went wrong if it could not be. */
export async function groundAfter(layer: GroundLayer, { directory }: GroundPlaces): Promise<Ground> {
  const [file, failure] = [join(directory, `${layer}.json`), join(directory, "failed.json")];
  while (!existsSync(file)) {
    if (existsSync(failure)) throw new Error(await readFile(failure, "utf8"));
    await sleep(POLL_MILLISECONDS);
  }
  return JSON.parse(await readFile(file, "utf8")) as Ground;
}
