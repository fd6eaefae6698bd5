import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Of files and directories below the root; what terraform keeps in a layer's directory is nobody's source. */
async function files(root: string, path: string, leftOut: readonly string[]): Promise<string[]> {
  if (leftOut.includes(path)) return [];
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return existsSync(join(root, path)) ? [path] : [];
  const nested = await Promise.all(
    entries
      .filter(({ name }) => name !== ".terraform")
      .map((entry) =>
        entry.isDirectory()
          ? files(root, join(path, entry.name), leftOut)
          : Promise.resolve([join(path, entry.name)]),
      ),
  );
  return nested.flat();
}

export interface Sources {
  readonly inputs: readonly string[];
  /** Directories among them that have no part in the result. */
  readonly leftOut: readonly string[];
}

/**
 * 32 hexadecimal digits that change with the sources, with this version of Node and with `settings`: what was made of
 * the same may be used again.
 */
export async function fingerprintOf(root: string, sources: Sources, settings: unknown): Promise<string> {
  const hash = createHash("sha256").update(process.version).update(JSON.stringify(settings));
  for (const input of sources.inputs)
    for (const file of (await files(root, input, sources.leftOut)).sort())
      hash
        .update(file)
        .update("\0")
        .update(await readFile(join(root, file)))
        .update("\0");
  return hash.digest("hex").slice(0, 32);
}
