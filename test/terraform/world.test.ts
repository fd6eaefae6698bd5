import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import { BuildWorld } from "./build-world.ts";
import { VARIABLES } from "./environment.ts";
import { LayersOnDisk } from "./planned-layer.ts";

const DIRECTORIES = LAYERS.map((layer) => layer.directory);

let world: BuildWorld;
let layers: LayersOnDisk;

beforeAll(async () => {
  world = await BuildWorld.open();
  layers = new LayersOnDisk(world.attached);
});
afterAll(async () => {
  layers.remove();
  await world.close();
});

/** One after another: each layer needs the world that those below it have made. */
describe("in a simulated AWS and Kubernetes", () => {
  it.each(DIRECTORIES)(
    "%s is planned with the planner's rights, applied, and then left alone",
    async (directory) => {
      const variables = VARIABLES[directory] ?? {};
      expect(await world.build("plan", () => layers.plan(directory, variables))).toBeInstanceOf(Array);
      const after = () => layers.state(directory);
      const applied = await world.build("apply", () => layers.apply(directory, variables), { after });
      expect(applied).toContain("Apply complete");
      expect(await world.build("plan", () => layers.replan(directory, variables))).toMatchObject({ code: 0 });
    },
  );

  it.each([...DIRECTORIES].reverse())(
    "%s is destroyed while what it stands on still lives",
    async (directory) => {
      const before = layers.state(directory);
      const destroy = () => layers.destroy(directory, VARIABLES[directory] ?? {});
      expect(await world.build("apply", destroy, { before })).toContain("Destroy complete");
    },
  );

  it("leaves nothing behind in AWS", () => {
    expect(world.world.collection(COLLECTIONS.resources).keys()).toEqual([]);
    expect(world.world.collection(COLLECTIONS.loadBalancers).keys()).toEqual([]);
  });
});
