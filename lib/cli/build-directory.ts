import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Just killed processes may write for another moment. */
const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

/**
 * A directory of this process alone below `builds`; those of processes that are no more are removed.
 * @returns it, and the function that removes it
 */
export function openBuildDirectory(builds: string): { directory: string; remove: () => void } {
  mkdirSync(builds, { recursive: true });
  for (const name of readdirSync(builds)) if (isLeftOver(name)) rmSync(join(builds, name), REMOVAL);
  const directory = join(builds, String(process.pid));
  return { directory, remove: () => rmSync(directory, REMOVAL) };
}

/** Named after a process that is no more. */
function isLeftOver(name: string): boolean {
  if (!/^\d+$/.test(name)) return false;
  try {
    process.kill(Number(name), 0);
    return Number(name) === process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
