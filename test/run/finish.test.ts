import { expect, it, vi } from "vitest";
import { failRun, finishRun, saveFinish } from "../../lib/run/finish.ts";
import type { LayerOutcome } from "../../lib/run/messages.ts";
import { gateReport, NOW, sampleRun } from "./samples.ts";

const outcome = (layer: string, result: LayerOutcome["result"], rest: Partial<LayerOutcome> = {}) => ({
  layer,
  result,
  ...rest,
});

it.each<["deploy" | "plan" | "destroy", LayerOutcome["result"], boolean]>([
  ["deploy", "proven", true],
  ["deploy", "planned", false],
  ["deploy", "skipped", false],
  ["deploy", "blocked", false],
  ["plan", "planned", true],
  ["plan", "not-plannable", true],
  ["plan", "failed", false],
  ["destroy", "destroyed", true],
  ["destroy", "proven", false],
])("a %s run whose layers are all %s succeeds: %s", (operation, result, succeeded) => {
  const run = sampleRun({ operation });
  const outcomes = run.layers.map((layer) => outcome(layer, result));
  expect(finishRun(run, outcomes).succeeded).toBe(succeeded);
});

it("leaves layers that were not selected out of account", () => {
  const run = sampleRun({ layers: ["foundation"] });
  const outcomes = [outcome("foundation", "proven"), outcome("app", "skipped")];
  expect(finishRun(run, outcomes)).toEqual({ succeeded: true });
});

it("fails when a selected layer has no outcome", () => {
  const result = finishRun(sampleRun(), [outcome("foundation", "proven")]);
  expect(result).toMatchObject({ succeeded: false, error: "EvidenceMismatchError" });
  expect(result.cause).toContain("platform-step02");
});

it("names the failed layer, its step, the first finding and the report, not what it blocked", () => {
  const run = sampleRun();
  const result = finishRun(run, [
    outcome("platform-step02", "blocked"),
    outcome("foundation", "failed", {
      gates: [gateReport("foundation", "eks"), gateReport("foundation", "delegation", "failed")],
      error: { name: "GateFailedError", cause: "red", step: "Prove foundation: delegation" },
    }),
  ]);
  expect(result.error).toBe("GateFailedError");
  expect(result.cause).toBe(
    'Layer foundation failed at "Prove foundation: delegation": delegation is red. Report: s3://artefacts/runs/run-1/foundation/gates/delegation.json. Also: platform-step02 blocked.',
  );
});

it("keeps the cause within 1 KB whatever a build says", () => {
  const cause = "x".repeat(30_000);
  const outcomes = sampleRun().layers.map((layer) =>
    outcome(layer, "failed", { error: { name: "States.TaskFailed", cause, step: `Apply ${layer}` } }),
  );
  const result = finishRun(sampleRun(), outcomes);
  expect(result.error).toBe("States.TaskFailed");
  expect(result.cause?.length).toBeLessThanOrEqual(1024);
});

it("writes the outcomes of selected layers and the failure", async () => {
  const runs = { saveOutcomes: vi.fn(), saveFailure: vi.fn() };
  const outcomes = [outcome("foundation", "failed"), outcome("app", "skipped")];
  const result = { succeeded: false, error: "E", cause: "c" };
  await saveFinish(sampleRun(), outcomes, result, runs as never, NOW);
  expect(runs.saveOutcomes).toHaveBeenCalledWith("run-1", [outcomes[0]]);
  expect(runs.saveFailure).toHaveBeenCalledWith(
    "run-1",
    sampleRun().executionArn,
    { error: "E", cause: "c" },
    expect.any(Number),
  );
});

it("keeps the failure of a run that was never prepared under its execution's name", async () => {
  const runs = { saveFailure: vi.fn() };
  const event = {
    executionArn: "arn:x",
    executionName: "run-9",
    error: "InvalidInputError",
    cause: JSON.stringify({ errorType: "InvalidInputError", errorMessage: "run input: reason: …" }),
  };
  const result = await failRun(event, runs as never, NOW);
  expect(result).toEqual({ succeeded: false, error: "InvalidInputError", cause: "run input: reason: …" });
  expect(runs.saveFailure.mock.calls[0]?.[0]).toBe("run-9");
});

it("says only once where the findings of a failed gate are", () => {
  const place = "s3://artefacts/runs/run-1/foundation/gates/eks.json";
  const cause = `GateFailedError: foundation: eks: red. Findings: ${place}`;
  const result = finishRun(sampleRun({ layers: ["foundation"] }), [
    outcome("foundation", "failed", {
      error: { name: "GateFailedError", cause, step: "Prove foundation: eks" },
    }),
  ]);
  expect(result.cause).toBe(`Layer foundation failed at "Prove foundation: eks": ${cause}`);
});
