import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { closingTable } from "../report/closing-table.ts";
import { BREAKS } from "../twin/breaks/breaks.ts";
import { Twin } from "../twin/twin.ts";
import { writeArtifacts } from "./artifacts.ts";
import { assembly } from "./assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "./places.ts";
import { runRecord } from "./run-record.ts";
import { pinnedTerraform, terraformDirectory } from "./terraform-binary.ts";
import { EXIT_FAILED, EXIT_SUCCEEDED, UsageError } from "./usage-error.ts";
import { watch } from "./watch/watch.ts";
import { loadWorld, refuseUnwritable, saveWorld, writeWhole } from "./world-file.ts";

export interface RunOptions {
  readonly layers?: string[];
  readonly reason: string;
  readonly approval?: string;
  readonly break: string[];
  readonly world?: string;
  readonly json?: string;
  readonly artifacts?: string;
  readonly input?: string;
  readonly latency: number;
  readonly quiet?: boolean;
}

const OUTPUTS = ["world", "json", "artifacts"] as const;

function executionInput(operation: string, options: RunOptions): unknown {
  if (options.input === undefined)
    return {
      operation,
      reason: options.reason,
      ...(options.layers ? { layers: options.layers } : {}),
      ...(options.approval ? { approval: options.approval } : {}),
    };
  try {
    return JSON.parse(options.input) as unknown;
  } catch (error) {
    throw new UsageError(`--input is not JSON: ${(error as Error).message}. Nothing was started.`);
  }
}

async function openTwin(options: RunOptions): Promise<Twin> {
  if (!(options.latency > 0))
    throw new UsageError("--latency must be a number above 0. Nothing was started.");
  for (const name of OUTPUTS) {
    const path = options[name];
    if (path !== undefined) await refuseUnwritable(path, `--${name}`);
  }
  const snapshot = options.world === undefined ? undefined : await loadWorld(options.world);
  const cache = join(PROJECT_ROOT, WORK_DIRECTORY);
  await mkdir(cache, { recursive: true }).catch((error: Error) => {
    throw new UsageError(`${cache} cannot be made: ${error.message}. Nothing was started.`);
  });
  const terraform = await terraformDirectory(await pinnedTerraform(PROJECT_ROOT), join(cache, "terraform"));
  return await Twin.open({
    assembly: await assembly(PROJECT_ROOT, cache),
    terraformDirectory: terraform,
    workDirectory: join(cache, "builds"),
    latencyScale: options.latency,
    ...(snapshot ? { snapshot } : {}),
  });
}

/** `strata twin deploy|plan|destroy`. Resolves with the exit code. */
export async function runCommand(operation: string, options: RunOptions): Promise<number> {
  const input = executionInput(operation, options);
  const wallStartedAt = performance.now();
  const twin = await openTwin(options);
  const interrupted = (): void => {
    twin.kill();
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    twin.prepareBreaks(BREAKS.filter(({ name }) => options.break.includes(name)));
    const run = twin.start(operation, input);
    const stopWatching = options.quiet ? () => undefined : watch(twin, run);
    await twin.finish(run);
    stopWatching();
    const record = runRecord(twin, run, (performance.now() - wallStartedAt) / 1_000);
    process.stdout.write(`\n${closingTable(record).join("\n")}\n`);
    if (options.json !== undefined) await writeWhole(options.json, `${JSON.stringify(record, null, 2)}\n`);
    if (options.artifacts !== undefined) await writeArtifacts(twin, run, options.artifacts);
    if (options.world !== undefined) await saveWorld(options.world, twin.world.save());
    process.stdout.write(`${closingLine(record, options)}\n`);
    return record.status === "SUCCEEDED" ? EXIT_SUCCEEDED : EXIT_FAILED;
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
    await twin.close();
  }
}

function closingLine(record: ReturnType<typeof runRecord>, options: RunOptions): string {
  const places = OUTPUTS.flatMap((name) =>
    options[name] === undefined ? [] : [`${name}: ${options[name]}`],
  );
  const kept =
    places.length > 0 ? places.join(", ") : "nothing was kept; --world, --json and --artifacts keep things";
  return `\n${record.operation} ${record.runId} ${record.status} after ${record.seconds} virtual seconds (${record.wall.seconds.toFixed(1)} s here). ${kept}.`;
}
