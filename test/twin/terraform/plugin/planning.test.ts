import { describe, expect, it } from "vitest";
import {
  type Attributes,
  type ProviderContext,
  type ResourceType,
  UNKNOWN,
} from "../../../../lib/twin/terraform/contract.ts";
import { planChange } from "../../../../lib/twin/terraform/plugin/planning.ts";
import type { BlockSchema } from "../../../../lib/twin/terraform/plugin/schema.ts";

const block: BlockSchema = {
  attributes: {
    id: { type: "string", computed: true },
    name: { type: "string", required: true },
    size: { type: "number", optional: true },
    version: { type: "number", computed: true },
    zones: { type: ["set", "string"], optional: true },
  },
  block_types: {
    disk: {
      nesting_mode: "list",
      block: {
        attributes: {
          gib: { type: "number", required: true },
          iops: { type: "number", optional: true, computed: true },
        },
      },
    },
  },
};

const type: ResourceType = {
  type: "test",
  forcesReplacement: ["name", "disk.gib"],
  defaults: { size: 1 },
  changesOnUpdate: ["version"],
  create: (planned) => planned,
  read: (state) => state,
  update: (planned) => planned,
  delete: () => {},
};

const config = { id: null, name: "a", size: null, version: null, zones: null, disk: [] };
const prior: Attributes = {
  id: "1",
  name: "a",
  size: 1,
  version: 4,
  zones: ["a", "b"],
  disk: [{ gib: 4, iops: 100 }],
};
const plan = (change: Attributes, before: Attributes | null = prior, given: Attributes = config) =>
  planChange({
    type,
    block,
    config: given,
    prior: before,
    proposed: { ...(before ?? config), ...change },
    context: {} as ProviderContext,
  });

describe("a planned creation", () => {
  it("leaves computed values unknown and fills defaults in", () => {
    expect(plan({ disk: [{ gib: 8, iops: null }] }, null).planned).toEqual({
      ...config,
      id: UNKNOWN,
      version: UNKNOWN,
      size: 1,
      disk: [{ gib: 8, iops: UNKNOWN }],
    });
  });
});

describe("a planned update", () => {
  it("is none when nothing differs but the order of a set", () => {
    expect(plan({ zones: ["b", "a"] })).toEqual({ planned: prior, replaces: [] });
  });

  it("changes what changes on updates and keeps other computed values", () => {
    const { planned, replaces } = plan({ size: 2 }, prior, { ...config, size: 2 });
    expect(planned).toMatchObject({ id: "1", size: 2, version: UNKNOWN });
    expect(replaces).toEqual([]);
  });

  it("sees the order of a list", () => {
    const two = [
      { gib: 4, iops: 100 },
      { gib: 9, iops: 100 },
    ];
    const { planned } = plan({ disk: [...two].reverse() }, { ...prior, disk: two });
    expect(planned.version).toBe(UNKNOWN);
  });

  it("leaves computed values of a new block unknown and keeps those of an old one", () => {
    const { planned } = plan({
      disk: [
        { gib: 4, iops: 100 },
        { gib: 2, iops: null },
      ],
    });
    expect(planned.disk).toEqual([
      { gib: 4, iops: 100 },
      { gib: 2, iops: UNKNOWN },
    ]);
  });

  it("forces replacement by an attribute, and by one inside a block", () => {
    expect(plan({ name: "b" }).replaces).toEqual(["name"]);
    expect(plan({ disk: [{ gib: 5, iops: 100 }] }).replaces).toEqual(["disk.gib"]);
    expect(plan({ disk: [{ gib: 4, iops: 200 }] }).replaces).toEqual([]);
  });

  it("lets the implementation take a difference away", () => {
    const lowering = {
      ...type,
      plan: (planned: Attributes) => ({ ...planned, name: String(planned.name).toLowerCase() }),
    };
    const request = { block, config, prior, context: {} as ProviderContext };
    const same = planChange({ ...request, type: lowering, proposed: { ...prior, name: "A" } });
    const other = planChange({ ...request, type: lowering, proposed: { ...prior, name: "B" } });
    expect(same.planned).toEqual(prior);
    expect(other.replaces).toEqual(["name"]);
  });
});
