import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { runRecord } from "../../lib/cli/run-record.ts";
import { pinnedTerraform, terraformDirectory } from "../../lib/cli/terraform-binary.ts";
import { Twin, type TwinOptions } from "../../lib/twin/twin.ts";
import { GROUND_LAYERS, type Ground, type GroundLayer, type GroundPlaces, groundInput } from "./ground.ts";

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

async function deployGround(options: TwinOptions, fileOf: (layer: GroundLayer) => string): Promise<void> {
  const twin = await Twin.open(options);
  try {
    for (const layer of GROUND_LAYERS) {
      const run = twin.start("deploy", groundInput(layer));
      await twin.finish(run);
      const record = runRecord(twin, run, 0);
      if (record.status !== "SUCCEEDED")
        throw new Error(`the ground's deploy of ${layer} ended ${record.status}: ${record.error?.cause}`);
      await publish(fileOf(layer), { world: twin.world.save(), record } satisfies Ground);
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
  const workDirectory = join(directory, "work");
  await mkdir(workDirectory);
  const deploying = deployGround({ ...places, workDirectory }, (layer) =>
    join(directory, `${layer}.json`),
  ).catch((error: unknown) => publish(join(directory, "failed.json"), String(error)));
  project.provide("ground", { ...places, directory });
  return async () => {
    await deploying;
    await rm(directory, { recursive: true, force: true });
  };
}
