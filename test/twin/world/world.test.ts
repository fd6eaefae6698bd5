import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { addFault, strikes } from "../../../lib/twin/world/faults.ts";
import { World } from "../../../lib/twin/world/world.ts";

const START = Date.UTC(2026, 0, 1);

describe("the world", () => {
  it("goes on from a snapshot as if it had never stopped", async () => {
    const clock = new VirtualClock(START);
    const world = new World(clock, 7);
    world.on("grown", () => undefined);
    world.collection<{ size: number }>("trees").set("oak", { size: 1 });
    world.hex(5);
    world.schedule(60_000, "grown", { tree: "oak" });
    const snapshot = JSON.parse(JSON.stringify(world.save()));

    const later = new VirtualClock(snapshot.now);
    const again = new World(later, snapshot.seed);
    const grown: unknown[] = [];
    again.on("grown", (data) => grown.push([later.now() - START, data]));
    again.restore(snapshot);
    expect(again.hex(8)).toBe(world.hex(8));
    expect(again.collection("trees").get("oak")).toEqual({ size: 1 });
    await later.runUntil(() => grown.length > 0);
    expect(grown).toEqual([[60_000, { tree: "oak" }]]);
  });

  it("draws the same numbers for the same seed, and others for another", () => {
    const draw = (seed: number): string => new World(new VirtualClock(START), seed).hex(32);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });

  it("rejects a topic that nobody reacts to", () => {
    const world = new World(new VirtualClock(START));
    expect(() => world.schedule(1, "nobody", {})).toThrow(/nothing reacts to the topic nobody/);
  });

  it("uses a fault up as often as it says, and only where it matches", () => {
    const world = new World(new VirtualClock(START));
    addFault(world, { kind: "throttle", service: "s3", remaining: 2 });
    const strike = (service: string): boolean =>
      strikes(world, "throttle", (fault) => fault.service === service) !== undefined;
    expect([strike("eks"), strike("s3"), strike("s3"), strike("s3")]).toEqual([false, true, true, false]);
  });
});
