import { existsSync } from "node:fs";
import { formatDuration } from "../report/duration.ts";
import type { CheckMachine } from "../run/proof.ts";
import { breaksNamed } from "../twin/breaks/breaks.ts";
import type { Twin } from "../twin/twin.ts";
import type { Setting } from "./arguments.ts";
import { writeArtifacts } from "./artifacts.ts";
import { type CheckRecord, checkRecord } from "./check-record.ts";
import { checkTable } from "./check-table.ts";
import { clearAtExit, endOnSignal } from "./end-on-signal.ts";
import { type KeptFiles, keptLines, refuseUnwritableFiles } from "./kept-files.ts";
import { openTwin, type TwinSettings } from "./open-twin.ts";
import { writeWhole } from "./output-files.ts";
import { EXIT_FAILED, EXIT_SUCCEEDED, UsageError } from "./usage-error.ts";
import { watch } from "./watch/watch.ts";
import { saveWorld } from "./world-file.ts";

/** What `strata twin <check>` may be told, whichever check it is. */
export interface CheckOptions extends KeptFiles, TwinSettings {
  readonly world: string;
  readonly reason: string;
  readonly break?: string[];
  readonly quiet?: boolean;
}

/** A machine beside the pipeline, as the command line runs it. */
export interface Check<Options extends CheckOptions = CheckOptions> {
  readonly machine: CheckMachine;
  /** The execution's input. */
  readonly input: (options: Options) => unknown;
  /** Values of the configuration that the check needs, of what the saved world says of itself. */
  readonly settings?: (options: Options) => readonly Setting[];
  /** Whose machine is started, if not that of the environment that cdk.json is about. */
  readonly environment?: (options: Options) => string | undefined;
  /** Changes the world before the machine is started. */
  readonly prepare?: (twin: Twin, options: Options) => void | Promise<void>;
  /** What stands above the findings that did not pass; a line each. */
  readonly table?: (record: CheckRecord, width?: number) => readonly string[];
}

/**
 * `strata twin prove|drift|verify-backup|…`: runs the machine in a saved world, shows it happening, prints the
 * findings and the closing table, keeps what it was asked to keep. Resolves with the exit code.
 */
export async function checkCommand<Options extends CheckOptions>(
  check: Check<Options>,
  options: Options,
): Promise<number> {
  if (!existsSync(options.world))
    throw new UsageError(
      `--world ${options.world}: there is no such file, and in an empty world there is nothing to look at. \`npm start -- --world ${options.world}\` deploys one. Nothing was started.`,
    );
  refuseUnwritableFiles(options);
  const wallStartedAt = performance.now();
  const stopListening = endOnSignal();
  try {
    return await run(check, options, wallStartedAt);
  } finally {
    stopListening();
  }
}

async function run<Options extends CheckOptions>(
  check: Check<Options>,
  options: Options,
  wallStartedAt: number,
): Promise<number> {
  const set = [...(check.settings?.(options) ?? []), ...(options.set ?? [])];
  const { twin, leave } = await openTwin({ ...options, set, ...optional(check.environment?.(options)) });
  const unkill = clearAtExit(() => twin.kill());
  try {
    twin.warmUp(check.machine);
    // What a check needs is there before it is broken.
    await check.prepare?.(twin, options);
    twin.prepareBreaks(breaksNamed(options.break ?? []));
    const started = twin.startMachine(check.machine, check.input(options));
    const stopWatching = options.quiet ? () => undefined : watch(twin, started, wallStartedAt);
    try {
      await twin.finishMachine(started);
    } finally {
      stopWatching();
    }
    const record = checkRecord(twin, started, (performance.now() - wallStartedAt) / 1_000);
    const table = [
      ...(check.table?.(record, process.stdout.columns) ?? []),
      ...checkTable(record, process.stdout.columns),
    ];
    process.stdout.write(`\n${table.join("\n")}\n`);
    saveWorld(options.world, twin.world.save());
    if (options.json !== undefined) writeWhole(options.json, `${JSON.stringify(record, null, 2)}\n`);
    if (options.artifacts !== undefined) writeArtifacts(twin, started, options.artifacts);
    const ended = `${record.runId} ${record.status} after ${formatDuration(record.seconds * 1_000)} of virtual time (${record.wall.seconds.toFixed(1)} s here).`;
    process.stdout.write(`\n${[ended, ...keptLines(options)].join("\n")}\n`);
    return record.status === "SUCCEEDED" ? EXIT_SUCCEEDED : EXIT_FAILED;
  } finally {
    await twin.close();
    unkill();
    leave();
  }
}

const optional = (environment: string | undefined): { environment?: string } =>
  environment === undefined ? {} : { environment };
