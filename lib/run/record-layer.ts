import { EvidenceMismatchError } from "./errors.ts";
import type { LayerOutcome, Review, Run } from "./messages.ts";
import type { LayerTable, RunTable } from "./ports.ts";
import type { LayerRecord } from "./records.ts";

/**
 * Records how a layer's stage ended, once it is certain that nothing was skipped on the way: the machine
 * decides what to do next, but what counts as proven is decided here, from the reports themselves.
 * @throws EvidenceMismatchError (not retryable) naming what is missing
 */
export async function recordLayer(
  request: { run: Run; outcome: LayerOutcome; review?: Review | undefined },
  gateKinds: readonly string[],
  ports: { runs: RunTable; layers: LayerTable },
  now: Date,
): Promise<LayerOutcome> {
  const { run, outcome, review } = request;
  if (!run.layers.includes(outcome.layer))
    throw new EvidenceMismatchError(`layer ${outcome.layer} is not part of run ${run.runId}`);
  refuseGaps(run, outcome, review, gateKinds);
  const record = toLayerRecord(run, outcome, review, now);
  if (record) await ports.layers.save(record);
  await ports.runs.saveOutcomes(run.runId, [outcome]);
  return outcome;
}

const RESULTS: Record<Run["operation"], readonly LayerOutcome["result"][]> = {
  deploy: ["proven"],
  plan: ["planned", "not-plannable"],
  destroy: ["destroyed"],
};

/** Did the layer end as a run of this operation wants it to end? */
export const fitsOperation = (operation: Run["operation"], result: LayerOutcome["result"]): boolean =>
  RESULTS[operation].includes(result);

function refuseGaps(
  run: Run,
  outcome: LayerOutcome,
  review: Review | undefined,
  gateKinds: readonly string[],
): void {
  const refuse = (what: string): never => {
    throw new EvidenceMismatchError(`layer ${outcome.layer} is said to be ${outcome.result}, but ${what}`);
  };
  if (outcome.result === "failed" || outcome.result === "blocked" || outcome.result === "skipped") return;
  if (!fitsOperation(run.operation, outcome.result)) refuse(`the run's operation is ${run.operation}`);
  if (outcome.result === "not-plannable") return;
  if (!review) refuse("there is no review of its plan");
  else if (review.layer !== outcome.layer) refuse(`the review is of ${review.layer}`);
  else if (outcome.result !== "planned" && review.hasChanges && outcome.applied !== true)
    refuse("its plan has changes that were not applied");
  if (outcome.result === "proven") refuseUnproven(outcome, gateKinds, refuse);
}

function refuseUnproven(
  outcome: LayerOutcome,
  gateKinds: readonly string[],
  refuse: (what: string) => never,
): void {
  const passed = (outcome.gates ?? [])
    .filter((report) => report.layer === outcome.layer && report.verdict === "passed" && report.passed > 0)
    .map((report) => report.kind);
  const missing = gateKinds.filter((kind) => !passed.includes(kind));
  if (missing.length > 0) refuse(`these gates did not pass: ${missing.join(", ")}`);
}

/** Only what changed or proved the layer says anything about it later; a mere plan does not. */
function toLayerRecord(
  run: Run,
  outcome: LayerOutcome,
  review: Review | undefined,
  now: Date,
): LayerRecord | undefined {
  if (outcome.result !== "proven" && outcome.result !== "destroyed") return undefined;
  return {
    layer: outcome.layer,
    runId: run.runId,
    result: outcome.result,
    recordedAt: now.toISOString(),
    source: run.source,
    terraformVersion: run.terraformVersion,
    applied: outcome.applied ?? false,
    ...(review && { digest: review.digest, counts: review.counts }),
    ...(outcome.retained && { retained: outcome.retained }),
    ...(review?.buildEnvironment && { buildEnvironment: review.buildEnvironment }),
    gates: outcome.gates ?? [],
  };
}
