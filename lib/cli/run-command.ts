import { closingTable } from "../report/closing-table.ts";
import { formatDuration } from "../report/duration.ts";
import { breaksNamed } from "../twin/breaks/breaks.ts";
import { writeArtifacts } from "./artifacts.ts";
import { clearAtExit, endOnSignal } from "./end-on-signal.ts";
import { type KeptFiles, keptLines, refuseUnwritableFiles } from "./kept-files.ts";
import { openTwin, type TwinSettings } from "./open-twin.ts";
import { writeWhole } from "./output-files.ts";
import { type RunRecord, runRecord } from "./run-record.ts";
import { EXIT_FAILED, EXIT_SUCCEEDED } from "./usage-error.ts";
import { watch } from "./watch/watch.ts";
import { saveWorld } from "./world-file.ts";

export interface RunOptions extends KeptFiles, TwinSettings {
  readonly layers?: string[];
  readonly reason: string;
  readonly approval?: string;
  readonly break?: string[];
  /** Parsed. Instead of layers, reason and approval. */
  readonly input?: unknown;
  readonly world?: string;
  readonly quiet?: boolean;
}

/** `strata twin deploy|plan|destroy`. Resolves with the exit code. */
export async function runCommand(operation: string, options: RunOptions): Promise<number> {
  refuseUnwritableFiles(options);
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
    twin.prepareBreaks(breaksNamed(options.break ?? []));
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
    ...(operation === "destroy" ? { withoutFinalBackup: "a world of the twin can be kept as a file" } : {}),
    ...(options.layers ? { layers: options.layers } : {}),
    ...(options.approval ? { approval: options.approval } : {}),
  };
}

/** How the run ended, and where what was kept lies. */
function endLines(record: RunRecord, options: RunOptions): string[] {
  const { runId, status, seconds, wall } = record;
  const ended = `${runId} ${status} after ${formatDuration(seconds * 1_000)} of virtual time (${wall.seconds.toFixed(1)} s here).`;
  return ["", ended, ...keptLines(options)];
}
