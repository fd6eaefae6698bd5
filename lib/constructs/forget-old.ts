import { statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** So that a working copy that changes often does not fill the disk. */
const KEPT = 5;

/** Whoever took something out of the directory may be at work with it for as long. */
const IN_USE_MILLISECONDS = 3 * 3_600_000;

/** Removes from a directory what is neither among the newest entries nor used within the last hours. */
export async function forgetOld(directory: string): Promise<void> {
  const usedSince = Date.now() - IN_USE_MILLISECONDS;
  const aged = (await readdir(directory)).map((name) => ({
    path: join(directory, name),
    at: statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const old = aged
    .sort((one, other) => other.at - one.at)
    .slice(KEPT)
    .filter(({ at }) => at < usedSince);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}
