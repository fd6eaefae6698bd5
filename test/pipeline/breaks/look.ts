import type { Gate } from "../../../lib/catalogue/define-layers.ts";
import { defineLayers } from "../../../lib/catalogue/define-layers.ts";
import { catalogueFor } from "../../../lib/catalogue/edges.ts";
import { LAYERS } from "../../../lib/catalogue/layers.ts";
import { VALIDATORS } from "../../../lib/constructs/validator-functions.ts";
import { breaksNamed } from "../../../lib/twin/breaks/breaks.ts";
import type { Twin } from "../../../lib/twin/twin.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { sampleRun } from "../../run/samples.ts";

const LONG_AGO = "2020-01-01T00:00:00.000Z";

const validatorOf = (kind: string): string => {
  const found = Object.entries(VALIDATORS).find(([, kinds]) => (kinds as readonly string[]).includes(kind));
  if (!found) throw new Error(`nobody judges ${kind}`);
  return found[0];
};

/** One look of each gate of a layer, its deadline long over, so that waiting is a failure: kind → why it failed. */
export async function look(twin: Twin, layer: string): Promise<Record<string, string>> {
  const gates: readonly Gate[] = catalogueFor(defineLayers(LAYERS), "nginx").layer(layer).gates;
  const { environment, artefactBucket } = twin.deployment;
  const run = sampleRun({ environment, artefactBucket });
  const failures: Record<string, string> = {};
  const looks = Promise.all(
    gates.map(async (gate) => {
      const event = { run, layer, gate: { ...gate }, since: LONG_AGO };
      const { payload, functionError } = await twin.lambda.invoke(
        `${environment}-${validatorOf(gate.kind)}`,
        event as never,
      );
      if (functionError) failures[gate.kind] = (payload as { errorMessage: string }).errorMessage;
    }),
  );
  let isOver = false;
  const over = looks.finally(() => {
    isOver = true;
  });
  await twin.clock.runUntil(() => isOver);
  await over;
  return failures;
}

/** The same while a break is in the world, which is as it was afterwards. */
export async function lookWhile(twin: Twin, layer: string, name: string): Promise<Record<string, string>> {
  const faults = twin.world.collection(COLLECTIONS.faults);
  twin.prepareBreaks(breaksNamed([name]));
  if (faults.keys().length === 0)
    throw new Error(`the break ${name} leaves no fault that could be taken back`);
  const failures = await look(twin, layer);
  for (const key of faults.keys()) faults.delete(key);
  return failures;
}
