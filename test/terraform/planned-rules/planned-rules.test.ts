import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { codeIn, tableBelow } from "../../docs/markdown-tables.ts";
import { CASES } from "./cases.ts";
import { DEFECTS } from "./defect-cases.ts";
import { OTHER_CHOICES } from "./options.ts";
import { type Platform, planPlatform } from "./platform.ts";

let platform: Platform;
let chosen: Platform;

beforeAll(async () => {
  platform = await planPlatform();
  chosen = await planPlatform(OTHER_CHOICES);
});

describe("the planned platform", () => {
  it.each(CASES)("%s", (_sentence, rule) => {
    expect(rule(platform)).toEqual([]);
  });
});

describe("the planned platform no longer", () => {
  it.each(DEFECTS)("%s", (_sentence, rule) => {
    expect(rule(platform)).toEqual([]);
  });
});

describe("the platform with every other choice", () => {
  it.each([...CASES, ...DEFECTS])("keeps the rule: %s", (_sentence, rule) => {
    expect(rule(chosen)).toEqual([]);
  });
});

describe("a mutated plan", () => {
  it.each(
    [...CASES, ...DEFECTS].flatMap(([sentence, rule, mutations]) =>
      Object.entries(mutations).map(([what, mutation]) => [sentence, what, rule, mutation] as const),
    ),
  )('fails the rule "%s" with %s', (_sentence, _what, rule, mutation) => {
    expect(rule(mutation(platform)).length).toBeGreaterThan(rule(platform).length);
  });
});

describe("the estimate of docs/cost.md", () => {
  const counted = tableBelow(readFileSync("docs/cost.md", "utf8"), "By component").flatMap((row) =>
    codeIn(row["counted as"]).map((type) => [type, Number(row.quantity)] as const),
  );

  it.each(counted)("counts every planned %s: %i", (type, quantity) => {
    expect(platform.filter((resource) => resource.type === type)).toHaveLength(quantity);
  });
});
