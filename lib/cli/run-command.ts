import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { closingTable } from "../report/closing-table.ts";
import { formatDuration } from "../report/duration.ts";
import { BREAKS } from "../twin/breaks/breaks.ts";
import { Twin } from "../twin/twin.ts";
import type { Setting } from "./arguments.ts";
import { writeArtifacts } from "./artifacts.ts";
import { assembly } from "./assembly.ts";
import { openBuildDirectory } from "./build-directory.ts";
import { clearAtExit, endOnSignal } from "./end-on-signal.ts";
import { refuseUnwritable, refuseUnwritableDirectory, writeWhole } from "./output-files.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "./places.ts";
import { type RunRecord, runRecord } from "./run-record.ts";
import { pinnedTerraform, terraformDirectory } from "./terraform-binary.ts";
import { EXIT_FAILED, EXIT_SUCCEEDED, UsageError } from "./usage-error.ts";
import { watch } from "./watch/watch.ts";
import { loadWorld, refusal, saveWorld } from "./world-file.ts";

export interface RunOptions {
  readonly layers?: string[];
  readonly reason: string;
  readonly approval?: string;
  readonly break?: string[];
  /** Of the configuration, instead of what cdk.json says. */
  readonly set?: readonly Setting[];
  readonly world?: string;
  readonly json?: string;
  readonly artifacts?: string;
  /** Parsed. Instead of layers, reason and approval. */
  readonly input?: unknown;
  readonly latency: number;
  readonly quiet?: boolean;
}

const OUTPUTS = ["world", "json", "artifacts"] as const;

/** `strata twin deploy|plan|destroy`. Resolves with the exit code. */
export async function runCommand(operation: string, options: RunOptions): Promise<number> {
  refuseOutputs(options);
  const wallStartedAt = performance.now();
  const stopListening = endOnSignal();
  try {
    return await run(operation, options, wallStartedAt);
  } finally {
    stopListening();
  }
}

async function run(operation: string, options: RunOptions, wallStartedAt: number): Promise<number> {
  const { twin, leave } = await openTwin(options);
  const unkill = clearAtExit(() => twin.kill());
  try {
    twin.warmUp();
    twin.prepareBreaks(BREAKS.filter(({ name }) => options.break?.includes(name)));
    const started = twin.start(operation, executionInput(operation, options));
    const stopWatching = options.quiet ? () => undefined : watch(twin, started, wallStartedAt);
    try {
      await twin.finish(started);
    } finally {
      stopWatching();
    }
    const record = runRecord(twin, started, (performance.now() - wallStartedAt) / 1_000);
    process.stdout.write(`\n${closingTable(record, process.stdout.columns).join("\n")}\n`);
    if (options.world !== undefined) saveWorld(options.world, twin.world.save());
    if (options.json !== undefined) writeWhole(options.json, `${JSON.stringify(record, null, 2)}\n`);
    if (options.artifacts !== undefined) writeArtifacts(twin, started, options.artifacts);
    process.stdout.write(`${endLines(record, options).join("\n")}\n`);
    return record.status === "SUCCEEDED" ? EXIT_SUCCEEDED : EXIT_FAILED;
  } finally {
    await twin.close();
    unkill();
    leave();
  }
}

function executionInput(operation: string, options: RunOptions): unknown {
  if (options.input !== undefined) return options.input;
  return {
    operation,
    reason: options.reason,
    ...(options.layers ? { layers: options.layers } : {}),
    ...(options.approval ? { approval: options.approval } : {}),
  };
}

/** Everything that is written at the end is tried at the start. */
function refuseOutputs(options: RunOptions): void {
  const taken = new Map<string, string>();
  for (const name of OUTPUTS) {
    const path = options[name];
    if (path === undefined) continue;
    const other = taken.get(resolve(path));
    if (other !== undefined)
      throw new UsageError(`--${other} and --${name} both name ${path}. Nothing was started.`);
    taken.set(resolve(path), name);
    if (name === "artifacts") refuseUnwritableDirectory(path, `--${name}`);
    else refuseUnwritable(path, `--${name}`);
  }
}

async function openTwin(options: RunOptions): Promise<{ twin: Twin; leave: () => void }> {
  const snapshot = options.world === undefined ? undefined : loadWorld(options.world);
  const cache = join(PROJECT_ROOT, WORK_DIRECTORY);
  try {
    mkdirSync(cache, { recursive: true });
  } catch (error) {
    throw new UsageError(`${cache} cannot be made: ${(error as Error).message}. Nothing was started.`);
  }
  const synthesized = await assembly(PROJECT_ROOT, cache, options.set);
  const terraform = await terraformDirectory(await pinnedTerraform(PROJECT_ROOT), join(cache, "terraform"));
  const { directory, remove } = openBuildDirectory(join(cache, "builds"));
  const leave = clearAtExit(remove);
  try {
    const twin = await Twin.open({
      assembly: synthesized,
      terraformDirectory: terraform,
      workDirectory: directory,
      latencyScale: options.latency,
      ...(snapshot ? { snapshot } : {}),
    });
    return { twin, leave };
  } catch (error) {
    leave();
    // What a world has scheduled must mean something to the parts of this version.
    if (snapshot !== undefined && error instanceof Error && error.message.startsWith("nothing reacts to"))
      throw refusal(options.world ?? "", error.message);
    throw error;
  }
}

/** How the run ended, and where what was kept lies. */
function endLines(record: RunRecord, options: RunOptions): string[] {
  const { runId, status, seconds, wall } = record;
  const ended = `${runId} ${status} after ${formatDuration(seconds * 1_000)} of virtual time (${wall.seconds.toFixed(1)} s here).`;
  const names = { world: "world", json: "record", artifacts: "artefacts" } as const;
  const kept = OUTPUTS.flatMap((name) =>
    options[name] === undefined ? [] : [`  ${names[name].padEnd(9)}  ${options[name]}`],
  );
  if (kept.length === 0) kept.push("Nothing was kept; --world, --json and --artifacts keep things.");
  return ["", ended, ...kept];
}
