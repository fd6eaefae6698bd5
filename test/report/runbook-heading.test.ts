import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runbookHeading } from "../../lib/report/runbook-heading.ts";
import { ERROR_NAMES } from "../../lib/run/errors.ts";

const runbook = readFileSync("docs/runbook.md", "utf8");

it.each<[string, string, string | undefined, string]>([
  ...ERROR_NAMES.map((name) => [name, "", undefined, name] as [string, string, undefined, string]),
  ["States.TaskFailed", "terraform apply (exit code 1): Error: quota", undefined, "States.TaskFailed"],
  [
    "States.TaskFailed",
    "EvidenceMismatchError: plan.tfplan has sha256 …",
    undefined,
    "EvidenceMismatchError",
  ],
  ["States.TaskFailed", "Error: Error acquiring the state lock", undefined, "Error acquiring the state lock"],
  ["States.TaskFailed", "INTERNAL_SERVICE_ERROR: The build …", undefined, "The build container was lost"],
  ["States.TaskFailed", "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", undefined, "The build container was lost"],
  ["States.TaskFailed", "the state lies in errored.tfstate", undefined, "errored.tfstate"],
  ["States.Timeout", "", undefined, "States.Timeout"],
  ["StoppedByOperator", "stopped from the console", "ABORTED", "ABORTED"],
])("leads %s, %j, %s to a heading that there is: %s", (name, cause, status, heading) => {
  expect(runbookHeading(name, cause, status)).toBe(heading);
  expect(runbook).toContain(`\n### ${heading}\n`);
});

it("leads nowhere from what the runbook does not know", () => {
  expect(runbookHeading("States.Runtime", "a bug")).toBeUndefined();
});
