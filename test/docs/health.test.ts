import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DEVIATIONS } from "../../lib/gates/health/deviations.ts";

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
