import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { forgetOld } from "../constructs/forget-old.ts";
import { fingerprintOf } from "../constructs/source-fingerprint.ts";
import type { Setting } from "./arguments.ts";
import { readCdkJson } from "./cdk-json.ts";
import { clearAtExit } from "./end-on-signal.ts";
import { UsageError } from "./usage-error.ts";

const run = promisify(execFile);

/** What the cloud assembly is made of; the twin's own code is not in it. */
const SOURCES = {
  inputs: ["bin/app.ts", "cdk.json", "package-lock.json", "lambdas", "buildspecs", "terraform", "lib"],
  leftOut: [join("lib", "twin"), join("lib", "cli"), join("lib", "report")],
};

/**
 * The context of cdk.json with some values of the configuration set anew, as the CDK hands a context to its app;
 * whether such a key exists is the synth's to judge.
 */
function contextWith(cdkJson: unknown, settings: readonly Setting[]): string {
  const { context = {} } = structuredClone(cdkJson) as { context?: Record<string, unknown> };
  for (const { path, value } of settings) {
    let at: Record<string, unknown> = context;
    for (const key of ["strata", ...path.slice(0, -1)]) {
      const below = at[key];
      at[key] = typeof below === "object" && below !== null && !Array.isArray(below) ? below : {};
      at = at[key] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ""] = value;
  }
  return JSON.stringify(context);
}

/**
 * The synthesized app: exactly what `cdk deploy` would upload, made anew whenever its sources have changed.
 * @param settings changes of cdk.json's configuration for this assembly only
 * @returns the directory of the cloud assembly
 * @throws UsageError with the synth's own list of problems if the configuration or the catalogue is wrong
 */
export async function assembly(
  root: string,
  cache: string,
  settings: readonly Setting[] = [],
): Promise<string> {
  const cdkJson = readCdkJson(root);
  const directory = join(cache, "assembly", fingerprintOf(root, SOURCES, settings));
  if (existsSync(join(directory, "manifest.json"))) {
    // In use again, from now on.
    await utimes(directory, new Date(), new Date());
    return directory;
  }
  const unfinished = `${directory}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  if (process.stderr.isTTY)
    process.stderr.write("The app has changed; synthesizing it takes a few seconds …\n");
  const synth = run(process.execPath, [join(root, "bin", "app.ts")], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: unfinished,
      STRATA_CHECKS: "off",
      ...(settings.length > 0 ? { CDK_CONTEXT_JSON: contextWith(cdkJson, settings) } : {}),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  const clear = clearAtExit(() => {
    if (synth.child.exitCode === null) synth.child.kill("SIGKILL");
    rmSync(unfinished, { recursive: true, force: true });
  });
  try {
    await synth;
    await writeFile(join(unfinished, ".gitignore"), "*\n");
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
    await forgetOld(dirname(directory));
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    if (code === 2)
      throw new UsageError(`cdk.json or the catalogue is wrong: ${stderr?.trim()}\nNothing was started.`);
    throw error;
  } finally {
    clear();
  }
  return directory;
}
