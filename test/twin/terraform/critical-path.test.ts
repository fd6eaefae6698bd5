import { describe, expect, it } from "vitest";
import { schedule, type TimedOperation } from "../../../lib/twin/terraform/critical-path.ts";
import type { Json } from "../../../lib/twin/world/world.ts";

const resource = (
  type: string,
  name: string,
  id: string,
  dependencies: string[] = [],
  more: Json = {},
): Json => ({
  mode: "managed",
  type,
  name,
  instances: [{ attributes: { id }, dependencies }],
  ...(more as { [key: string]: Json }),
});

const create = (type: string, id: string, seconds: number): TimedOperation => ({
  action: "create",
  type,
  id,
  lastsMilliseconds: seconds * 1000,
});
const remove = (type: string, id: string, seconds: number): TimedOperation => ({
  ...create(type, id, seconds),
  action: "delete",
});

const network = {
  resources: [
    resource("vpc", "this", "vpc-1"),
    resource("subnet", "this", "subnet-1", ["vpc.this"]),
    resource("key", "this", "key-1"),
    resource("cluster", "this", "c", ["vpc.this", "subnet.this", "key.this"]),
  ],
};

describe("the schedule of an apply", () => {
  it("follows the longest chain of dependencies", () => {
    const journal = [
      create("key", "key-1", 21),
      create("vpc", "vpc-1", 6),
      create("subnet", "subnet-1", 1),
      create("cluster", "c", 560),
    ];
    const { totalMilliseconds, operations, criticalPath } = schedule(journal, undefined, network);
    expect(totalMilliseconds).toBe(581_000);
    expect(criticalPath).toEqual(["key.this", "cluster.this"]);
    expect(operations.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      [0, 21_000],
      [0, 6_000],
      [6_000, 7_000],
      [21_000, 581_000],
    ]);
  });

  it("does not depend on the order of the journal", () => {
    const journal = [
      create("cluster", "c", 560),
      create("subnet", "subnet-1", 1),
      create("vpc", "vpc-1", 60),
    ];
    const { operations } = schedule(journal, undefined, network);
    expect(operations.map(({ id, startsAt }) => [id, startsAt])).toEqual([
      ["c", 61_000],
      ["subnet-1", 60_000],
      ["vpc-1", 0],
    ]);
  });

  it("deletes in the reverse order, by the state before", () => {
    const journal = [remove("vpc", "vpc-1", 1), remove("subnet", "subnet-1", 2), remove("cluster", "c", 150)];
    const { totalMilliseconds, criticalPath } = schedule(journal, network, { resources: [] });
    expect(totalMilliseconds).toBe(153_000);
    expect(criticalPath).toEqual(["cluster.this", "subnet.this", "vpc.this"]);
  });

  it("creates a replacement after its predecessor is gone", () => {
    const after = { resources: [resource("vpc", "this", "vpc-2")] };
    const { operations } = schedule([remove("vpc", "vpc-1", 1), create("vpc", "vpc-2", 6)], network, after);
    expect(operations.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      [0, 1_000],
      [1_000, 7_000],
    ]);
  });

  it("knows instances by index and modules by name", () => {
    const state: Json = {
      resources: [
        {
          mode: "managed",
          type: "subnet",
          name: "this",
          instances: [
            { index_key: "us-east-1a", attributes: { id: "s-a" } },
            { index_key: "us-east-1b", attributes: { id: "s-b" } },
          ],
        },
        resource("role", "this", "r", ["subnet.this"], { module: "module.irsa" }),
        resource("group", "this", "g", ["module.irsa.role.this"]),
      ],
    };
    const journal = [
      create("group", "g", 5),
      create("role", "r", 1),
      create("subnet", "s-a", 1),
      create("subnet", "s-b", 9),
    ];
    const { criticalPath, totalMilliseconds } = schedule(journal, undefined, state);
    expect(criticalPath).toEqual(['subnet.this["us-east-1b"]', "module.irsa.role.this", "group.this"]);
    expect(totalMilliseconds).toBe(15_000);
  });

  it("knows a manifest, which has no id, by its object", () => {
    const object = {
      value: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" } },
      type: "x",
    };
    const state: Json = {
      resources: [
        {
          mode: "managed",
          type: "kubernetes_manifest",
          name: "this",
          instances: [{ attributes: { object } }],
        },
      ],
    };
    const { operations } = schedule([create("kubernetes_manifest", "v1/ConfigMap/n/a", 1)], undefined, state);
    expect(operations[0]?.address).toBe("kubernetes_manifest.this");
  });

  it("starts at once what no state knows", () => {
    const { operations, criticalPath } = schedule([create("cluster", "half", 1800)], undefined, undefined);
    expect(operations).toEqual([{ type: "cluster", id: "half", startsAt: 0, endsAt: 1_800_000 }]);
    expect(criticalPath).toEqual(["cluster (half)"]);
  });

  it("is empty for an empty journal", () => {
    expect(schedule([], network, network)).toEqual({
      totalMilliseconds: 0,
      operations: [],
      criticalPath: [],
    });
  });

  it("fails on a cycle", () => {
    const state = {
      resources: [resource("a", "this", "1", ["b.this"]), resource("b", "this", "2", ["a.this"])],
    };
    expect(() => schedule([create("a", "1", 1), create("b", "2", 1)], undefined, state)).toThrow("cycle");
  });
});
