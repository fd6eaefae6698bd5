import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { type RunRecord, runRecord } from "../../lib/cli/run-record.ts";
import { buildsOf } from "../../lib/twin/run-traces.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { closingMails, told } from "./run-facts.ts";

export const { layers } = defineLayers(LAYERS);
export const NAMES = layers.map(({ name }) => name);
export const everyLayer = (result: string) => Object.fromEntries(NAMES.map((name) => [name, result]));
/** [layer, what it depends on] */
export const DEPENDENCIES = layers.flatMap(({ name, dependsOn }) =>
  dependsOn.map((dependency) => [name, dependency]),
);
export const GATE_STEPS = layers.flatMap(({ name, gates }) =>
  gates.map(({ kind }) => `Prove ${name}: ${kind}`),
);

/** A run of the whole platform that is over, with the worlds before and after it. */
export interface Ended {
  readonly record: RunRecord;
  readonly before: WorldSnapshot;
  readonly after: WorldSnapshot;
  readonly closing: readonly { event: string; text: string }[];
  readonly builds: readonly string[];
  readonly told: Readonly<Record<string, string>>;
  readonly stateBucket: string;
}

export async function runIn(twin: Twin, operation: string, selected?: readonly string[]): Promise<Ended> {
  const before = twin.world.save();
  const run = twin.start(operation, {
    operation,
    reason: `${operation} in a test`,
    ...(operation === "destroy" ? { withoutFinalBackup: "the world is a test's" } : {}),
    ...(selected ? { layers: selected } : {}),
  });
  await twin.finish(run);
  return {
    record: runRecord(twin, run, 0),
    before,
    after: twin.world.save(),
    closing: closingMails(twin, run),
    builds: buildsOf(twin, run).map(({ projectName }) => projectName),
    told: Object.fromEntries(told(twin, run)),
    stateBucket: twin.deployment.stateBucket,
  };
}
