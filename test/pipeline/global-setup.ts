import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { pinnedTerraform, terraformDirectory } from "../../lib/cli/terraform-binary.ts";
import { Twin, type TwinOptions } from "../../lib/twin/twin.ts";
import { GROUNDS, type GroundName, type GroundPlaces, layersOf, runFile, worldFile } from "./ground.ts";
import { runIn } from "./whole-runs.ts";

declare module "vitest" {
  interface ProvidedContext {
    ground: GroundPlaces;
  }
}

/** In one piece, or not at all: tests look for these files while they are written. */
async function publish(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.part`, JSON.stringify(content));
  await rename(`${file}.part`, file);
}

async function deployRow(row: readonly GroundName[], options: TwinOptions, directory: string): Promise<void> {
  const twin = await Twin.open(options);
  try {
    for (const name of row) {
      const ended = await runIn(twin, "deploy", layersOf(name));
      const { status, error } = ended.record;
      if (status !== "SUCCEEDED")
        throw new Error(`the ground's deploy of ${name} ended ${status}: ${error?.cause}`);
      await publish(join(directory, runFile(name)), ended);
      await publish(join(directory, worldFile(name)), ended.after);
    }
  } finally {
    await twin.close();
  }
}

/**
 * Deploys the worlds that tests begin in while the other tests already run.
 * @see ground.ts, where a test waits for its world
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cache = join(PROJECT_ROOT, WORK_DIRECTORY);
  const directory = await mkdtemp(join(tmpdir(), "strata-pipeline-"));
  const places = {
    assembly: await assembly(PROJECT_ROOT, cache),
    terraformDirectory: await terraformDirectory(
      await pinnedTerraform(PROJECT_ROOT),
      join(cache, "terraform"),
    ),
  };
  const rows = GROUNDS[project.name] ?? [];
  const deploying = Promise.all(
    rows.map(async (row, index) => {
      const workDirectory = join(directory, `work-${index}`);
      await mkdir(workDirectory);
      await deployRow(row, { ...places, workDirectory }, directory);
    }),
  ).catch((error: unknown) => publish(join(directory, "failed.json"), String(error)));
  project.provide("ground", { ...places, directory });
  return async () => {
    await deploying;
    await rm(directory, { recursive: true, force: true });
  };
}
