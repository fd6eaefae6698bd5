import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { declarationsIn } from "../../lib/cli/docs/declarations.ts";
import { readHclFiles } from "../../lib/cli/docs/layer-readme.ts";
import { codeIn, type Row, tableBelow } from "./markdown-tables.ts";

const document = readFileSync("docs/cost.md", "utf8");
const rows = tableBelow(document, "By component");
const sources = tableBelow(document, "Sources").map(({ source }) => source);

const HOURS: Readonly<Record<string, number>> = { hour: 730, month: 1, GB: 1, "million events": 1 };

/** In cents, rounded as the table writes it. */
const monthOf = ({ quantity, price, per }: Row): number =>
  Math.round(Number(quantity) * Number(price) * (HOURS[per ?? ""] ?? Number.NaN) * 100 + 1e-6);

const variables = new Set(
  LAYERS.flatMap(({ directory }) => [...readHclFiles(`terraform/${directory}`).values()]).flatMap((text) =>
    declarationsIn(text, "variable").map(({ name }) => name),
  ),
);

describe("the estimate with the ALB as edge", () => {
  const instead = tableBelow(document, "With the ALB as edge");
  const replaced = rows.filter(({ component }) =>
    /load balancer of the edge|its capacity units/.test(component ?? ""),
  );
  const centsOf = (some: readonly Row[]) => some.reduce((sum, row) => sum + monthOf(row), 0);

  it.each(instead)("multiplies quantity, price and time of $component", (row) => {
    expect(Math.round(Number(row["a month"]) * 100)).toBe(monthOf(row));
    expect(sources).toContain(row.source);
    expect(codeIn(row["changed by"]).filter((name) => !variables.has(name))).toEqual([]);
  });

  it("adds up, and says what it takes the place of", () => {
    const [after, before] = [centsOf(instead), centsOf(replaced)].map((cents) => (cents / 100).toFixed(2));
    expect(replaced).toHaveLength(2);
    expect(document).toContain(`Together ${after} a month instead of ${before}.`);
  });
});

describe("the estimate", () => {
  it.each(rows)("multiplies quantity, price and time of $component", (row) => {
    expect(Math.round(Number(row["a month"]) * 100)).toBe(monthOf(row));
  });

  it("adds up", () => {
    const cents = rows.reduce((sum, row) => sum + monthOf(row), 0);
    expect(document).toContain(`**Together: ${(cents / 100).toFixed(2)} a month.**`);
  });

  it("says where each price comes from", () => {
    expect(rows.filter(({ source }) => !sources.includes(source ?? ""))).toEqual([]);
  });

  it("names variables that exist", () => {
    const named = rows.flatMap((row) => codeIn(row["changed by"]));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !variables.has(name))).toEqual([]);
  });
});
