import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Twin } from "../twin/twin.ts";
import type { Setting } from "./arguments.ts";
import { assembly } from "./assembly.ts";
import { openBuildDirectory } from "./build-directory.ts";
import { clearAtExit } from "./end-on-signal.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "./places.ts";
import { pinnedTerraform, terraformDirectory } from "./terraform-binary.ts";
import { UsageError } from "./usage-error.ts";
import { loadWorld, refusal } from "./world-file.ts";

export interface TwinSettings {
  readonly world?: string;
  /** Of the configuration, instead of what cdk.json says. */
  readonly set?: readonly Setting[];
  readonly latency: number;
  /** Whose control plane is run, if the app has several. */
  readonly environment?: string;
  /** `false`: nothing will be built, so no terraform is looked for. */
  readonly builds?: false;
}

/**
 * Opens a twin on the saved world, if there is one, with the app synthesized as it stands now.
 * @returns the twin, and what removes its directories; whoever opened it closes it
 */
export async function openTwin(settings: TwinSettings): Promise<{ twin: Twin; leave: () => void }> {
  const snapshot = settings.world === undefined ? undefined : loadWorld(settings.world);
  const cache = join(PROJECT_ROOT, WORK_DIRECTORY);
  try {
    mkdirSync(cache, { recursive: true });
  } catch (error) {
    throw new UsageError(`${cache} cannot be made: ${(error as Error).message}. Nothing was started.`);
  }
  // Both are programs of their own: they work while the twin is loaded.
  const searching = settings.builds === false ? Promise.resolve(cache) : findTerraform(cache);
  const synthesizing = assembly(PROJECT_ROOT, cache, settings.set);
  // Whichever fails is told where it is awaited.
  for (const begun of [synthesizing, searching]) begun.catch(() => undefined);
  const { Twin: LoadedTwin } = await import("../twin/twin.ts");
  LoadedTwin.preload();
  const synthesized = await synthesizing;
  const terraform = await searching;
  const { directory, remove } = openBuildDirectory(join(cache, "builds"));
  const leave = clearAtExit(remove);
  try {
    const twin = await LoadedTwin.open({
      assembly: synthesized,
      terraformDirectory: terraform,
      workDirectory: directory,
      latencyScale: settings.latency,
      ...(settings.environment === undefined ? {} : { environment: settings.environment }),
      ...(snapshot ? { snapshot } : {}),
    });
    return { twin, leave };
  } catch (error) {
    leave();
    // What a world has scheduled must mean something to the parts of this version.
    if (snapshot !== undefined && error instanceof Error && error.message.startsWith("nothing reacts to"))
      throw refusal(settings.world ?? "", error.message);
    throw error;
  }
}

const findTerraform = async (cache: string): Promise<string> =>
  terraformDirectory(await pinnedTerraform(PROJECT_ROOT), join(cache, "terraform"));
