/** The worlds that tests begin in, each deployed by the pipeline itself before or while the first tests run. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import type { Ended } from "./whole-runs.ts";

/** A layer that was deployed last, or every layer by one deploy into an empty world. */
export type GroundName = "foundation" | "platform-step02" | "platform-step03" | "resilience" | "everything";

/**
 * By the project of vitest.config.ts, rows of deploys: each begins where the one before it ended, and the world after
 * each is kept, so that a test of a late layer need not deploy the early ones again.
 */
export const GROUNDS: Readonly<Record<string, readonly (readonly GroundName[])[]>> = {
  pipeline: [["everything"], ["foundation"]],
  "deep-pipeline": [["foundation", "platform-step02", "platform-step03", "resilience"]],
};

/** What a ground's deploy is asked for. */
export const layersOf = (name: GroundName): readonly string[] | undefined =>
  name === "everything" ? undefined : [name];

export interface GroundPlaces {
  readonly assembly: string;
  readonly terraformDirectory: string;
  readonly directory: string;
}

const POLL_MILLISECONDS = 100;

/** Loaded once in a process: records of a world are replaced, never changed. */
const loaded = new Map<string, Promise<unknown>>();

async function load(file: string, failure: string): Promise<unknown> {
  while (!existsSync(file)) {
    if (existsSync(failure)) throw new Error(await readFile(failure, "utf8"));
    await sleep(POLL_MILLISECONDS);
  }
  return JSON.parse(await readFile(file, "utf8")) as unknown;
}

function once(file: string, { directory }: GroundPlaces): Promise<unknown> {
  const path = join(directory, file);
  const loading = loaded.get(path) ?? load(path, join(directory, "failed.json"));
  loaded.set(path, loading);
  return loading;
}

export const worldFile = (name: GroundName): string => `${name}.world.json`;
export const runFile = (name: GroundName): string => `${name}.run.json`;

/** Waits until the ground is deployed; throws what went wrong if it could not be. */
export const groundAfter = (name: GroundName, places: GroundPlaces): Promise<WorldSnapshot> =>
  once(worldFile(name), places) as Promise<WorldSnapshot>;

/** The run that deployed it, likewise. */
export const groundRun = (name: GroundName, places: GroundPlaces): Promise<Ended> =>
  once(runFile(name), places) as Promise<Ended>;
