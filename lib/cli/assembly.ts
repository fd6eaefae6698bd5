import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, rmSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Setting } from "./arguments.ts";
import { readCdkJson } from "./cdk-json.ts";
import { clearAtExit } from "./end-on-signal.ts";
import { UsageError } from "./usage-error.ts";

const run = promisify(execFile);

/** What the cloud assembly is made of; the twin's own code is not in it. */
const INPUTS = ["bin/app.ts", "cdk.json", "package-lock.json", "lambdas", "buildspecs", "terraform", "lib"];
const NOT_INPUTS = [join("lib", "twin"), join("lib", "cli"), join("lib", "report")];

async function files(root: string, path: string): Promise<string[]> {
  if (NOT_INPUTS.includes(path)) return [];
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return existsSync(join(root, path)) ? [path] : [];
  const nested = await Promise.all(
    entries
      .filter(({ name }) => name !== ".terraform")
      .map((entry) =>
        entry.isDirectory() ? files(root, join(path, entry.name)) : Promise.resolve([join(path, entry.name)]),
      ),
  );
  return nested.flat();
}

async function fingerprint(root: string, settings: readonly Setting[]): Promise<string> {
  const hash = createHash("sha256").update(process.version).update(JSON.stringify(settings));
  for (const input of INPUTS)
    for (const file of (await files(root, input)).sort())
      hash
        .update(file)
        .update("\0")
        .update(await readFile(join(root, file)))
        .update("\0");
  return hash.digest("hex").slice(0, 32);
}

/** Older ones go, so that a working copy that changes often does not fill the disk; a run may still use the last few. */
const KEPT_ASSEMBLIES = 5;

async function forgetOld(directory: string): Promise<void> {
  const aged = (await readdir(directory)).map((name) => ({
    path: join(directory, name),
    at: statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const old = aged.sort((one, other) => other.at - one.at).slice(KEPT_ASSEMBLIES);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

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
  const directory = join(cache, "assembly", await fingerprint(root, settings));
  if (existsSync(join(directory, "manifest.json"))) return directory;
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
