import { resolve } from "node:path";
import { refuseUnwritable, refuseUnwritableDirectory } from "./output-files.ts";
import { UsageError } from "./usage-error.ts";

/** What a command may write at its end. */
export interface KeptFiles {
  readonly world?: string;
  readonly json?: string;
  readonly artifacts?: string;
  /** The world is only passed on to what comes next, and kept by nobody. */
  readonly passing?: true;
}

const NAMES = { world: "world", json: "record", artifacts: "artefacts" } as const;
const OPTIONS = ["world", "json", "artifacts"] as const;

/** Everything that is written at the end is tried at the start. */
export function refuseUnwritableFiles(kept: KeptFiles): void {
  const taken = new Map<string, string>();
  for (const name of OPTIONS) {
    const path = kept[name];
    if (path === undefined) continue;
    const other = taken.get(resolve(path));
    if (other !== undefined)
      throw new UsageError(`--${other} and --${name} both name ${path}. Nothing was started.`);
    taken.set(resolve(path), name);
    if (name === "artifacts") refuseUnwritableDirectory(path, `--${name}`);
    else refuseUnwritable(path, `--${name}`);
  }
}

/** Where what was kept lies. */
export function keptLines(kept: KeptFiles): string[] {
  const lines = OPTIONS.flatMap((name) =>
    kept[name] === undefined || (name === "world" && kept.passing)
      ? []
      : [`  ${NAMES[name].padEnd(9)}  ${kept[name]}`],
  );
  return lines.length > 0 ? lines : ["Nothing was kept; --world, --json and --artifacts keep things."];
}
