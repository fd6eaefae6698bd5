import { statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Older ones go, so that a working copy that changes often does not fill the disk; somebody may still use the last few. */
const KEPT = 5;

/** Removes from a directory what was made first. */
export async function forgetOld(directory: string): Promise<void> {
  const aged = (await readdir(directory)).map((name) => ({
    path: join(directory, name),
    at: statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const old = aged.sort((one, other) => other.at - one.at).slice(KEPT);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}
