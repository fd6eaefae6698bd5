import { expect, inject, it } from "vitest";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { groundRun, layersOf } from "./ground.ts";
import { withTwin } from "./run-twin.ts";
import { runIn } from "./whole-runs.ts";

/** What layers make in AWS. A plan's own file differs: terraform writes the real time into it. */
const MADE = [COLLECTIONS.resources, COLLECTIONS.roles, COLLECTIONS.dnsRecords, COLLECTIONS.loadBalancers];

/** Through JSON, as `--json` writes it: what is not in the file is not compared. */
const comparable = ({ wall, ...record }: { wall: unknown }) => {
  expect(wall).toBeDefined();
  return JSON.parse(JSON.stringify(record)) as { seconds: number };
};

it("the same input in the same worlds gives the same run records and platforms, but for the wall clock", async () => {
  await withTwin(undefined, async (twin) => {
    for (const layer of ["foundation", "platform-step02"] as const) {
      const ground = await groundRun(layer, inject("ground"));
      const ended = await runIn(twin, "deploy", layersOf(layer));
      const record = comparable(ended.record);
      // A run of no length would compare equal to anything like it.
      expect(record.seconds).toBeGreaterThan(5 * 60);
      expect(record).toEqual(comparable(ground.record));
      const { collections } = JSON.parse(JSON.stringify(ended.after)) as WorldSnapshot;
      for (const name of MADE)
        expect(collections[name], `${name} after ${layer}`).toEqual(ground.after.collections[name]);
      const { kubernetesObjects } = COLLECTIONS;
      // Their versions count writes, and terraform's threads write in any order: so which of two pods of one
      // instant gets which node is open, and an event's name is made of what it says, the node among it.
      const named = (objects: object = {}): string[] =>
        Object.keys(objects)
          .filter((key) => !key.includes("/v1/Event/"))
          .sort();
      expect(named(collections[kubernetesObjects])).toEqual(
        named(ground.after.collections[kubernetesObjects]),
      );
    }
  });
});
