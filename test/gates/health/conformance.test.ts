import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { main } from "../../../lib/gates/health/conformance.ts";
import { DEVIATIONS } from "../../../lib/gates/health/deviations.ts";
import { objectOf } from "./object-of.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-health-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const claim = (id: string, phase: string, verdict: string) => ({
  id,
  group: "",
  kind: "PersistentVolumeClaim",
  object: objectOf("v1", "PersistentVolumeClaim", { status: { phase } }),
  expected: { verdict },
});

function run(cases: readonly object[]): { code: number; lines: string[] } {
  writeFileSync(join(directory, "cases.json"), JSON.stringify(cases));
  const lines: string[] = [];
  return { code: main(directory, (line) => lines.push(line)), lines };
}

it("counts what agrees, and names what does not with both verdicts", () => {
  const { code, lines } = run([claim("a/bound", "Bound", "healthy"), claim("a/lost", "Lost", "healthy")]);
  expect(code).toBe(1);
  expect(lines).toEqual([
    "failed: a/lost: expected healthy, judged failed (its volume is lost)",
    "1 passed, 1 failed, 0 skipped",
  ]);
});

it("skips a kind without a rule, and a difference that is meant, with its reason", () => {
  const { code, lines } = run([
    { ...claim("x/1", "Bound", "healthy"), group: "example.com", kind: "Thing" },
    claim("argo-builtin/PersistentVolumeClaim/new", "", "unknown"),
    claim("a/bound", "Bound", "healthy"),
  ]);
  expect(code).toBe(0);
  expect(lines[0]).toContain("no rule for example.com/Thing");
  expect(lines[1]).toContain("a claim without phase was made a moment ago");
  expect(lines[2]).toBe("1 passed, 0 failed, 2 skipped");
});

it("does not call an empty folder a success", () => {
  expect(run([]).code).toBe(1);
});

it("has a reason for every deviation, and no two for the same difference", () => {
  const keys = DEVIATIONS.map(({ source, kind, theirs, ours }) => `${source} ${kind} ${theirs} ${ours}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { reason, theirs, ours } of DEVIATIONS) {
    expect(reason.length).toBeGreaterThan(20);
    expect(theirs).not.toBe(ours);
  }
});
