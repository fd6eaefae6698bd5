import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DEVIATIONS } from "../../lib/gates/health/deviations.ts";
import { BREAKS } from "../../lib/twin/breaks/breaks.ts";
import { LIES } from "../pipeline/breaks/lies.ts";

const TEXT = readFileSync(new URL("../../docs/health.md", import.meta.url), "utf8");
const ROWS = TEXT.split("\n").filter((line) => line.split("|").length === 7 && !/^\| (kind|---)/.test(line));

it("docs/health.md lists every deviation from upstream with its reason, and no other", () => {
  const said = ROWS.map((row) => row.split("|").map((cell) => cell.trim()))
    .map(([, kind, , theirs, ours, reason]) => ({ kind, theirs, ours, reason }))
    .toSorted((one, other) => (one.reason ?? "").localeCompare(other.reason ?? ""));
  const meant = DEVIATIONS.map(({ kind, theirs, ours, reason }) => ({ kind, theirs, ours, reason })).toSorted(
    (one, other) => one.reason.localeCompare(other.reason),
  );
  expect(said).toEqual(meant);
});

it("docs/health.md lists every lie that a gate sees through, in the words of its break", () => {
  const [, section = ""] = TEXT.split("## What the gates see through");
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && line.includes("`"));
  const lies = Object.entries(LIES).flatMap(([layer, group]) =>
    Object.entries(group).map(([name, { gate }]) => {
      const { description } = BREAKS.find((each) => each.name === name) ?? {};
      return `| ${layer}: ${gate} | \`${name}\` | ${description} |`;
    }),
  );
  expect(rows.sort()).toEqual(lies.sort());
});
