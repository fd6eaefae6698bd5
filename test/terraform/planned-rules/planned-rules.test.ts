import { beforeAll, describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { DEFECTS } from "./defect-cases.ts";
import { type Platform, planPlatform } from "./platform.ts";

let platform: Platform;

beforeAll(async () => {
  platform = await planPlatform();
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

describe("a mutated plan", () => {
  it.each(
    [...CASES, ...DEFECTS].flatMap(([sentence, rule, mutations]) =>
      Object.entries(mutations).map(([what, mutation]) => [sentence, what, rule, mutation] as const),
    ),
  )('fails the rule "%s" with %s', (_sentence, _what, rule, mutation) => {
    expect(rule(mutation(platform)).length).toBeGreaterThan(rule(platform).length);
  });
});
