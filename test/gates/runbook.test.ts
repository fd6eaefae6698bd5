import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ALARM_HEADINGS } from "../../lib/constructs/alarms.ts";
import { CHECKS } from "../../lib/gates/checks.ts";
import { question } from "../../lib/gates/question.ts";
import { ERROR_NAMES } from "../../lib/run/errors.ts";

/** Endings that other than our own code names: Step Functions, CodeBuild, terraform. */
const ENDINGS = [
  "States.TaskFailed",
  "States.Timeout",
  "ABORTED",
  "Error acquiring the state lock",
  "The build container was lost",
  "errored.tfstate",
];

/** Findings of the checks beside the pipeline, and what they leave to a person. */
const OF_CHECKS = [
  "as-applied",
  "layer-scanned",
  "nothing-left-behind",
  "evidence-signed",
  "a rehearsal left its environment",
];

const runbook = readFileSync("docs/runbook.md", "utf8");
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = "", ...text] = section.split("\n");
      return [heading.trim(), text.join("\n").trim()] as const;
    }),
);
const sources = ["lib/gates", "lib/backups"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".ts") && !file.endsWith("checks.ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

it("has a heading for every check, error and ending, and no other", () => {
  expect([...sections.keys()].sort()).toEqual(
    [...CHECKS, ...ERROR_NAMES, ...ENDINGS, ...ALARM_HEADINGS, ...OF_CHECKS].sort(),
  );
});

it.each([...CHECKS, ...ERROR_NAMES, ...ENDINGS, ...ALARM_HEADINGS, ...OF_CHECKS])(
  "%s says what it means and what to do",
  (name) => {
    expect(sections.get(name)?.length).toBeGreaterThan(100);
  },
);

it.each(CHECKS)("%s is asked by a gate or a check", (check) => {
  expect(sources).toContain(`"${check}"`);
});

it("is what findings point to", () => {
  expect(sections.has(question("pod-starts", "Pod a", "runs").fail("no").runbook)).toBe(true);
});
