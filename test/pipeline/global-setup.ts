import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { pinnedTerraform, terraformDirectory } from "../../lib/cli/terraform-binary.ts";
import { Twin } from "../../lib/twin/twin.ts";

export interface PipelineGround {
  readonly assembly: string;
  readonly terraformDirectory: string;
  /** World files by the last layer that was deployed into them; every one was deployed by the pipeline itself. */
  readonly worlds: Readonly<Record<string, string>>;
}

declare module "vitest" {
  interface ProvidedContext {
    ground: PipelineGround;
  }
}

/** Layers after which a world is kept, so that a test of a late layer need not deploy the early ones again. */
const STAGES = ["foundation", "platform-step02", "platform-step03"];

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
  const worlds: Record<string, string> = {};
  const twin = await Twin.open({ ...places, workDirectory: join(directory, "work") });
  try {
    for (const layer of STAGES) {
      const run = twin.start("deploy", { operation: "deploy", layers: [layer], reason: `ground: ${layer}` });
      await twin.finish(run);
      const { status, cause } = twin.engine.describeExecution(run.executionArn) as Record<string, string>;
      if (status !== "SUCCEEDED")
        throw new Error(`the ground's deploy of ${layer} ended ${status}: ${cause}`);
      worlds[layer] = join(directory, `${layer}.json`);
      await writeFile(worlds[layer], JSON.stringify(twin.world.save()));
    }
  } finally {
    await twin.close();
  }
  project.provide("ground", { ...places, worlds });
  return () => rm(directory, { recursive: true, force: true });
}
