import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { assembly } from "./assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "./places.ts";
import { EXIT_SUCCEEDED } from "./usage-error.ts";

/**
 * `strata twin prepare`: synthesizes the app and compiles the twin, both of which are kept, so that the command after
 * it begins at once. `npm ci` ends with it; whoever skips it waits for the same at the first `npm start`.
 */
export async function prepareCommand(): Promise<number> {
  const cache = join(PROJECT_ROOT, WORK_DIRECTORY);
  mkdirSync(cache, { recursive: true });
  const synthesizing = assembly(PROJECT_ROOT, cache);
  // Told where it is awaited.
  synthesizing.catch(() => undefined);
  await Promise.all([import("./run-command.ts"), import("../twin/twin.ts")]);
  await synthesizing;
  return EXIT_SUCCEEDED;
}
