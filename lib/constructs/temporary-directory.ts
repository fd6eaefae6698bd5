import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for what a synth makes on its way to the cloud assembly; gone when the process ends. */
export function temporaryDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
