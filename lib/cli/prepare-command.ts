import { openTwin } from "./open-twin.ts";
import { EXIT_SUCCEEDED } from "./usage-error.ts";

/**
 * `strata twin prepare`: synthesizes the app, compiles the twin and loads every function once, all of which is kept,
 * so that the command after it begins at once. `npm ci` ends with it; whoever skips it waits for the same at the first
 * `npm start`.
 */
export async function prepareCommand(): Promise<number> {
  const [{ twin, leave }] = await Promise.all([
    openTwin({ latency: 1, builds: false }),
    // Compiled, too: what a deploy begins with.
    import("./run-command.ts"),
  ]);
  try {
    await twin.lambda.warmUp(twin.functions().map(({ name }) => name));
  } finally {
    await twin.close();
    leave();
  }
  return EXIT_SUCCEEDED;
}
