import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "./usage-error.ts";

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const temporaryOf = (path: string): string => `${path}.${process.pid}.tmp`;

/**
 * Replaces a file in one step: written beside its target and renamed, so that a crash leaves the old one whole.
 * Synchronous, so that no signal comes in between.
 * @param mode permissions of the new file, less the umask
 */
export function writeWhole(path: string, content: string, mode = 0o666): void {
  const temporary = temporaryOf(path);
  try {
    writeFileSync(temporary, content, { mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}.`);
  }
}

/** Asked before anything starts, so that a run of many seconds does not end in "permission denied". */
export function refuseUnwritable(path: string, option: string): void {
  const kind = kindOf(path);
  // A device would be replaced by a file of its name.
  if (kind === "directory" || kind === "device")
    throw new UsageError(`${option} ${path} is a ${kind}; name a file. Nothing was started.`);
  tryToWrite(path, dirname(resolve(path)), option);
}

/** The same for a directory, which is made if its parent is there. */
export function refuseUnwritableDirectory(path: string, option: string): void {
  const kind = kindOf(path);
  if (kind === "file" || kind === "device")
    throw new UsageError(`${option} ${path} is a ${kind}; name a directory. Nothing was started.`);
  tryToWrite(path, kind === "directory" ? resolve(path) : dirname(resolve(path)), option);
}

/** Writes every file below `directory`, which is made. */
export function writeFiles(directory: string, files: ReadonlyMap<string, string>): void {
  for (const [name, content] of files) {
    const path = join(directory, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw new UsageError(`${dirname(path)} cannot be made: ${(error as Error).message}.`);
    }
    writeWhole(path, content);
  }
}

function kindOf(path: string): "file" | "directory" | "device" | undefined {
  try {
    const found = statSync(path);
    return found.isDirectory() ? "directory" : found.isFile() ? "file" : "device";
  } catch {
    return undefined;
  }
}

/** Permissions, read-only file systems and quotas are known only to who tries. */
function tryToWrite(path: string, directory: string, option: string): void {
  const probe = temporaryOf(join(directory, ".strata-probe"));
  try {
    writeFileSync(probe, "", { flag: "wx" });
    rmSync(probe);
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${problemOf(directory, error)}. Nothing was started.`);
  }
}

function problemOf(directory: string, error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT" && kindOf(directory) === undefined)
    return `the directory ${directory} does not exist; make it, or name another place`;
  if (code === "ENOTDIR") return `${directory} is not a directory`;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return `no permission to write in ${directory}`;
  return `nothing can be written in ${directory} (${(error as Error).message})`;
}
