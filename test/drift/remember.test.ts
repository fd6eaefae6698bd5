import { describe, expect, it } from "vitest";
import { type AllowedDrift, allowanceOf } from "../../lib/drift/allowed.ts";
import type { Drifted, DriftMemory } from "../../lib/drift/drifted.ts";
import { asTold, recollect } from "../../lib/drift/remember.ts";

const DAY = 86_400_000;
const START = Date.parse("2030-01-01T10:00:00Z");
const day = (days: number): Date => new Date(START + days * DAY);

const drifted = (changes: Partial<Drifted> = {}): Drifted => ({
  layer: "app",
  address: "aws_vpc.this",
  kind: "edited",
  severity: "error",
  attributes: ["tags.owner"],
  fingerprint: "one",
  names: ["vpc-1"],
  global: false,
  ...changes,
});

/** Scans one after another; each says what it saw, and when. Returns what each told. */
function scans(
  seen: readonly { at: number; drifted?: readonly Drifted[]; scanned?: string[]; allow?: AllowedDrift[] }[],
) {
  let memory: DriftMemory[] = [];
  return seen.map(({ at, drifted: found = [], scanned = ["app"], allow = [] }) => {
    const { news, memory: changed } = recollect(
      found,
      memory,
      { scanned, sweep: true, cluster: true },
      allow,
      day(at),
    );
    const next = new Map(memory.map((each) => [`${each.layer} ${each.address}`, each]));
    for (const each of asTold(changed, news)) next.set(`${each.layer} ${each.address}`, each);
    memory = [...next.values()];
    return Object.entries(news).flatMap(([kind, all]) => all.map(() => kind));
  });
}

describe("what is told", () => {
  it("is new once, then nothing, then resolved once", () => {
    expect(
      scans([{ at: 0, drifted: [drifted()] }, { at: 1, drifted: [drifted()] }, { at: 2 }, { at: 3 }]),
    ).toEqual([["fresh"], [], ["resolved"], []]);
  });

  it("is changed when the same address looks otherwise", () => {
    const other = drifted({ fingerprint: "two" });
    expect(
      scans([
        { at: 0, drifted: [drifted()] },
        { at: 1, drifted: [other] },
      ]),
    ).toEqual([["fresh"], ["changed"]]);
  });

  it("is neither new nor resolved in a layer that was not scanned", () => {
    expect(
      scans([
        { at: 0, drifted: [drifted()] },
        { at: 1, scanned: [] },
        { at: 2, drifted: [drifted()] },
      ]),
    ).toEqual([["fresh"], [], []]);
  });

  it("is new again after it was resolved, and flaps at the third time within a week: told once", () => {
    const [on, off] = [[drifted()], []];
    expect(
      scans([
        { at: 0, drifted: on },
        { at: 1, drifted: off },
        { at: 2, drifted: on },
        { at: 3, drifted: off },
        { at: 4, drifted: on },
        { at: 5, drifted: off },
        { at: 6, drifted: on },
      ]),
    ).toEqual([["fresh"], ["resolved"], ["fresh"], ["resolved"], ["flapping"], [], []]);
  });

  it("does not flap when the third time comes a week after the first", () => {
    const on = [drifted()];
    const told = scans([
      { at: 0, drifted: on },
      { at: 1 },
      { at: 4, drifted: on },
      { at: 5 },
      { at: 8, drifted: on },
    ]);
    expect(told.at(-1)).toEqual(["fresh"]);
  });
});

describe("what somebody answers for", () => {
  const allow: AllowedDrift[] = [
    { layer: "app", address: "aws_vpc.*", owner: "jo", until: "2030-01-02", reason: "test" },
  ];

  it("is silent until its day is over, and told on the next", () => {
    const on = [drifted()];
    expect(
      scans([
        { at: 0, drifted: on, allow },
        { at: 1, drifted: on, allow },
        { at: 2, drifted: on, allow },
        { at: 3, drifted: on, allow },
      ]),
    ).toEqual([[], [], ["fresh"], []]);
  });

  it.each([
    ["aws_vpc.this", "app", true],
    ["aws_vpcs.this", "app", false],
    ["aws_vpc.this", "foundation", false],
  ])("%s of %s: %s", (address, layer, allowed) => {
    expect(allowanceOf({ address, layer }, allow, day(0)).allowed !== undefined).toBe(allowed);
  });

  it("takes brackets and dots of an address as they are", () => {
    const entry = { ...allow[0]!, address: 'aws_subnet.this["a.b"]' };
    expect(allowanceOf({ layer: "app", address: 'aws_subnet.this["a.b"]' }, [entry], day(0)).allowed).toBe(
      entry,
    );
    expect(allowanceOf({ layer: "app", address: 'aws_subnet.this["axb"]' }, [entry], day(0))).toEqual({});
  });
});
