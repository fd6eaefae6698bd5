import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Setting } from "./arguments.ts";
import { type Check, type CheckOptions, checkCommand } from "./check-command.ts";
import { clearAtExit } from "./end-on-signal.ts";
import { runCommand } from "./run-command.ts";
import { EXIT_SUCCEEDED } from "./usage-error.ts";

/** What must stand before a check can be tried where no world is given. */
export interface Ground {
  readonly layers: readonly string[];
  readonly set?: readonly Setting[];
}

/**
 * Deploys what a check needs into an empty world, runs the check in it, and throws the world away.
 * @returns the check's exit code; the deploy's, if that failed
 */
export async function checkOnFreshGround<Options extends CheckOptions>(
  check: Check<Options>,
  options: Omit<Options, "world">,
  { layers, set = [] }: Ground,
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "strata-ground-"));
  const clear = clearAtExit(() => rmSync(directory, { recursive: true, force: true }));
  try {
    const { latency, quiet = false, set: given = [] } = options as Options;
    const shared = { world: join(directory, "world.json"), passing: true, latency, quiet } as const;
    process.stdout.write(`No --world is given, so ${layers.join(", ")} is deployed into an empty one.\n`);
    const deployed = await runCommand("deploy", {
      ...shared,
      layers: [...layers],
      reason: `ground for ${check.machine}`,
      set: [...set, ...given],
    });
    if (deployed !== EXIT_SUCCEEDED) return deployed;
    return await checkCommand(check, { ...options, ...shared } as unknown as Options);
  } finally {
    clear();
  }
}
