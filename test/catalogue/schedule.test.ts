import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import {
  layersOf,
  makespan,
  reverseSchedule,
  type ScheduleNode,
  scheduleLayers,
} from "../../lib/catalogue/schedule.ts";
import { acyclic, type Node, seriesParallel } from "./acyclic-catalogues.ts";

/** Pairs (earlier, later) that the schedule itself enforces. */
function orderedPairs(node: ScheduleNode): Set<string> {
  const pairs = new Set<string>();
  const visit = (current: ScheduleNode): void => {
    const parts = "series" in current ? current.series : "parallel" in current ? current.parallel : [];
    for (const part of parts) visit(part);
    if (!("series" in current)) return;
    current.series.forEach((earlier, index) => {
      for (const later of current.series.slice(index + 1))
        for (const a of layersOf(earlier)) for (const b of layersOf(later)) pairs.add(`${a} < ${b}`);
    });
  };
  visit(node);
  return pairs;
}

function criticalPath(nodes: readonly Node[], durationOf: (name: string) => number): number {
  const ends = new Map<string, number>();
  for (const { name, dependsOn } of nodes)
    ends.set(name, Math.max(0, ...dependsOn.map((other) => ends.get(other)!)) + durationOf(name));
  return Math.max(...ends.values());
}

describe("scheduleLayers", () => {
  it("composes the platform without barriers", () => {
    const schedule = scheduleLayers(defineLayers(LAYERS).layers);
    expect(schedule).toEqual({
      series: [
        { layer: "foundation" },
        { layer: "platform-step02" },
        {
          parallel: [
            {
              series: [
                { layer: "platform-step03" },
                {
                  parallel: [{ series: [{ layer: "observability" }, { layer: "finops" }] }, { layer: "app" }],
                },
              ],
            },
            { layer: "resilience" },
            { layer: "security" },
          ],
        },
      ],
    });
  });

  it("holds every layer exactly once and respects every dependency, whatever the catalogue", () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const schedule = scheduleLayers(nodes);
        expect(layersOf(schedule).sort()).toEqual(nodes.map((node) => node.name).sort());
        const pairs = orderedPairs(schedule);
        for (const { name, dependsOn } of nodes)
          for (const dependency of dependsOn) expect(pairs).toContain(`${dependency} < ${name}`);
      }),
      { numRuns: 300 },
    );
  });

  it("lasts as long as the critical path where the graph is series-parallel", () => {
    fc.assert(
      fc.property(
        seriesParallel,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 90, maxLength: 90 }),
        (nodes, minutes) => {
          const durationOf = (name: string): number => minutes[Number(name.slice(6)) % 90]!;
          expect(makespan(scheduleLayers(nodes), durationOf)).toBe(criticalPath(nodes, durationOf));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is not misled by edges that follow from others", () => {
    const nodes = [
      { name: "a", dependsOn: [] },
      { name: "b", dependsOn: ["a"] },
      { name: "c", dependsOn: ["a", "b"] },
    ];
    expect(scheduleLayers(nodes)).toEqual({ series: [{ layer: "a" }, { layer: "b" }, { layer: "c" }] });
  });

  it("lets a layer with several dependencies follow the Parallel that holds them all", () => {
    // a before c and d, b before c: no series-parallel composition has exactly these orders.
    const nodes = [
      { name: "a", dependsOn: [] },
      { name: "b", dependsOn: [] },
      { name: "c", dependsOn: ["a", "b"] },
      { name: "d", dependsOn: ["a"] },
    ];
    expect(scheduleLayers(nodes)).toEqual({
      series: [{ parallel: [{ series: [{ layer: "a" }, { layer: "d" }] }, { layer: "b" }] }, { layer: "c" }],
    });
  });
});

describe("reverseSchedule", () => {
  it("turns every order round and is its own inverse", () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const schedule = scheduleLayers(nodes);
        const reversed = reverseSchedule(schedule);
        const turned = [...orderedPairs(schedule)].map((pair) => pair.split(" < ").reverse().join(" < "));
        expect(orderedPairs(reversed)).toEqual(new Set(turned));
        expect(reverseSchedule(reversed)).toEqual(schedule);
      }),
    );
  });
});
