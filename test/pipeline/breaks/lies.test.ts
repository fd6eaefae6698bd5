import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gate } from "../../../lib/catalogue/define-layers.ts";
import { defineLayers } from "../../../lib/catalogue/define-layers.ts";
import { catalogueFor } from "../../../lib/catalogue/edges.ts";
import { LAYERS } from "../../../lib/catalogue/layers.ts";
import { VALIDATORS } from "../../../lib/constructs/validator-functions.ts";
import { BREAKS } from "../../../lib/twin/breaks/breaks.ts";
import type { Twin } from "../../../lib/twin/twin.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { sampleRun } from "../../run/samples.ts";
import { openTwin } from "../run-twin.ts";
import { LIES } from "./lies.ts";

const LONG_AGO = "2020-01-01T00:00:00.000Z";

const validatorOf = (kind: string): string => {
  const found = Object.entries(VALIDATORS).find(([, kinds]) => (kinds as readonly string[]).includes(kind));
  if (!found) throw new Error(`nobody judges ${kind}`);
  return found[0];
};

/** One look of each gate of a layer, its deadline long over, so that waiting is a failure: kind → why it failed. */
async function look(twin: Twin, layer: string, gates: readonly Gate[]): Promise<Record<string, string>> {
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

describe.each(Object.entries(LIES))("%s", (layer, lies) => {
  const { gates } = catalogueFor(defineLayers(LAYERS), "nginx").layer(layer);
  let opened: Awaited<ReturnType<typeof openTwin>>;
  beforeAll(async () => {
    opened = await openTwin(layer as keyof typeof LIES);
  });
  afterAll(() => opened.close());

  it("passes every gate while nobody lies", async () => {
    expect(await look(opened.twin, layer, gates)).toEqual({});
  });

  it.each(Object.entries(lies))(
    "%s is seen through by one gate, and no other is blamed",
    async (name, exposed) => {
      const { twin } = opened;
      const faults = twin.world.collection(COLLECTIONS.faults);
      twin.prepareBreaks(BREAKS.filter((each) => each.name === name));
      expect(faults.keys().length).toBeGreaterThan(0);
      const failures = await look(twin, layer, gates);
      for (const key of faults.keys()) faults.delete(key);
      expect(failures).toEqual({ [exposed.gate]: expect.stringMatching(exposed.says) });
    },
  );
});
