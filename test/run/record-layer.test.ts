import { expect, it, vi } from "vitest";
import { EvidenceMismatchError } from "../../lib/run/errors.ts";
import type { LayerOutcome } from "../../lib/run/messages.ts";
import { recordLayer } from "../../lib/run/record-layer.ts";
import { gateReport, NOW, sampleReview, sampleRun } from "./samples.ts";

const KINDS = ["eks", "delegation"];
const proven: LayerOutcome = {
  layer: "foundation",
  result: "proven",
  hasChanges: true,
  applied: true,
  gates: KINDS.map((kind) => gateReport("foundation", kind)),
};

async function record(outcome: LayerOutcome, options: { run?: object; review?: object | null } = {}) {
  const ports = { runs: { saveOutcomes: vi.fn() }, layers: { save: vi.fn() } };
  const review = options.review === null ? undefined : sampleReview(options.review ?? {});
  const request = { run: sampleRun(options.run), outcome, review };
  await recordLayer(request, KINDS, ports as never, NOW);
  return ports;
}

it("records what was applied, reviewed and proven", async () => {
  const { runs, layers } = await record(proven);
  expect(runs.saveOutcomes).toHaveBeenCalledWith("run-1", [proven]);
  expect(layers.save).toHaveBeenCalledWith(
    expect.objectContaining({
      layer: "foundation",
      result: "proven",
      applied: true,
      digest: "d".repeat(64),
      recordedAt: NOW.toISOString(),
    }),
  );
});

it("records a layer without changes as proven though nothing was applied", async () => {
  const unchanged = { ...proven, applied: false, hasChanges: false };
  const { layers } = await record(unchanged, { review: { hasChanges: false } });
  expect(layers.save).toHaveBeenCalledWith(expect.objectContaining({ applied: false }));
});

it.each<[string, LayerOutcome, object | undefined]>([
  ["a gate is missing", { ...proven, gates: [gateReport("foundation", "eks")] }, undefined],
  [
    "a gate failed",
    { ...proven, gates: [gateReport("foundation", "eks"), gateReport("foundation", "delegation", "failed")] },
    undefined,
  ],
  [
    "a gate passed without asking anything",
    {
      ...proven,
      gates: [gateReport("foundation", "eks"), { ...gateReport("foundation", "delegation"), passed: 0 }],
    },
    undefined,
  ],
  [
    "a gate is another layer's",
    { ...proven, gates: KINDS.map((kind) => gateReport("app", kind)) },
    undefined,
  ],
  ["changes were not applied", { ...proven, applied: false }, undefined],
  ["the review is missing", proven, { review: null }],
  ["the review is another layer's", proven, { review: { layer: "app" } }],
  ["the run destroys", proven, { run: { operation: "destroy" } }],
  ["the layer is not selected", { ...proven, layer: "app" }, undefined],
  ["a deploy only planned", { layer: "foundation", result: "planned" }, undefined],
])("rejects a proven layer when %s", async (_why, outcome, options) => {
  await expect(record(outcome, options)).rejects.toThrow(EvidenceMismatchError);
});

it("keeps a failed layer in the run's record, but not as the layer's last good state", async () => {
  const failed: LayerOutcome = {
    layer: "foundation",
    result: "failed",
    error: { name: "States.TaskFailed", cause: "exit 1", step: "Apply foundation" },
  };
  const { runs, layers } = await record(failed, { review: null });
  expect(runs.saveOutcomes).toHaveBeenCalled();
  expect(layers.save).not.toHaveBeenCalled();
});

it("records nothing about the layer after a mere plan", async () => {
  const { layers } = await record({ layer: "foundation", result: "planned" }, { run: { operation: "plan" } });
  expect(layers.save).not.toHaveBeenCalled();
});
