import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { type RunRecord, runRecord } from "../../lib/cli/run-record.ts";
import { KeptThreads } from "../../lib/twin/lambda/kept-threads.ts";
import { Twin, type TwinOptions } from "../../lib/twin/twin.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { type GroundName, groundAfter } from "./ground.ts";

/** Loading functions is most of what a short test would wait for. They end with the process. */
const KEPT = new KeptThreads();

export interface TwinRun {
  readonly record: RunRecord;
  readonly snapshot: WorldSnapshot;
  readonly twin: Twin;
}

type OpenOptions = Pick<TwinOptions, "operator" | "environment" | "latencyScale"> & {
  readonly assembly?: string;
};

/** Opens a twin on a world kept after a deploy, or on an empty one, and always closes it. */
export async function withTwin<T>(
  from: GroundName | WorldSnapshot | undefined,
  use: (twin: Twin) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const { twin, close } = await openTwin(from, options);
  try {
    return await use(twin);
  } finally {
    await close();
  }
}

/** A twin that several tests share; whoever opens it closes it. */
export async function openTwin(
  from: GroundName | WorldSnapshot | undefined,
  options: OpenOptions = {},
): Promise<{ readonly twin: Twin; close(): Promise<void> }> {
  const ground = inject("ground");
  const directory = await mkdtemp(join(tmpdir(), "strata-twin-"));
  const snapshot = typeof from === "string" ? await groundAfter(from, ground) : from;
  const twin = await Twin.open({
    assembly: ground.assembly,
    terraformDirectory: ground.terraformDirectory,
    workDirectory: directory,
    keptThreads: KEPT,
    ...options,
    ...(snapshot ? { snapshot } : {}),
  });
  return {
    twin,
    async close() {
      await twin.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One run to its end. */
export async function runToEnd(
  twin: Twin,
  input: { operation: string; [field: string]: unknown },
): Promise<TwinRun> {
  const run = twin.start(input.operation, { reason: "test", ...input });
  await twin.finish(run);
  return { record: runRecord(twin, run, 0), snapshot: twin.world.save(), twin };
}

/** The environment's lease, if somebody holds it. */
export function lease(snapshot: WorldSnapshot): unknown[] {
  const items = Object.entries(snapshot.collections["dynamodb.items"] ?? {});
  return items.filter(([key]) => key.includes('"lease"')).map(([, item]) => item);
}
