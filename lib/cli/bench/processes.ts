import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PROJECT_ROOT } from "../places.ts";
import type { LargeClusterNumbers } from "./large-cluster.ts";

const run = promisify(execFile);
const BUFFER = 64 * 1024 * 1024;

export interface CommandNumbers {
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

/** One whole `npm start` in a process of its own, the app synthesized before. */
export async function measureStart(): Promise<CommandNumbers> {
  const directory = await mkdtemp(join(tmpdir(), "strata-bench-"));
  try {
    const json = join(directory, "record.json");
    const startedAt = performance.now();
    await run(process.execPath, ["bin/strata.ts", "twin", "deploy", "--quiet", "--json", json], {
      cwd: PROJECT_ROOT,
      maxBuffer: BUFFER,
    });
    const wallSeconds = (performance.now() - startedAt) / 1_000;
    const record = JSON.parse(await readFile(json, "utf8")) as { wall: { peakMegabytes: number } };
    return { wallSeconds, peakMegabytes: record.wall.peakMegabytes };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Seconds of a synth from nothing. */
export async function measureSynth(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "strata-synth-"));
  try {
    const startedAt = performance.now();
    await run(process.execPath, ["bin/app.ts"], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, CDK_OUTDIR: directory },
      maxBuffer: BUFFER,
    });
    return (performance.now() - startedAt) / 1_000;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A large cluster judged in a process of its own, its heap bounded as Lambda bounds it. */
export async function measureLargeCluster(): Promise<LargeClusterNumbers> {
  const program = join(PROJECT_ROOT, "lib", "cli", "bench", "large-cluster.ts");
  const { stdout } = await run(process.execPath, ["--max-old-space-size=256", program], {
    maxBuffer: BUFFER,
  });
  return JSON.parse(stdout) as LargeClusterNumbers;
}

export interface BundleNumbers {
  readonly name: string;
  readonly kilobytes: number;
  /** Median of five loads in fresh processes, start of Node itself not counted. */
  readonly loadMilliseconds: number;
}

const LOAD = `const startedAt = performance.now(); await import(process.argv[1]); console.log(performance.now() - startedAt); process.exit(0)`;

/** Size and load time of the bundle in `directory`. */
export async function measureBundle(
  name: string,
  directory: string,
  environment: Record<string, string>,
): Promise<BundleNumbers> {
  const file = (await readdir(directory)).find((entry) => /^index\.m?js$/.test(entry));
  if (file === undefined) throw new Error(`${directory} holds no index.mjs`);
  const path = join(directory, file);
  const loads: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const { stdout } = await run(
      process.execPath,
      ["--input-type=module", "-e", LOAD, pathToFileURL(path).href],
      { env: { ...environment, PATH: process.env.PATH ?? "" } },
    );
    loads.push(Number(stdout.trim()));
  }
  loads.sort((a, b) => a - b);
  return { name, kilobytes: Math.round((await stat(path)).size / 1_024), loadMilliseconds: loads[2] ?? 0 };
}
