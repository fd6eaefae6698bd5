import type * as z from "zod";
import { clip, readableCause } from "./cause.ts";
import type { FailRunEventSchema, FinishRunResultSchema, LayerOutcome, Run } from "./messages.ts";
import type { RunTable } from "./ports.ts";
import { fitsOperation } from "./record-layer.ts";
import { expiresAt, RUN_RECORD_DAYS } from "./records.ts";

export type FinishRunResult = z.infer<typeof FinishRunResultSchema>;

/** The machine's Fail state shows it to a person on one screen; the report has the rest. */
const CAUSE_LIMIT = 1024;

/**
 * Did the run do what it was asked to? Only if every selected layer ended as its operation wants it to: a
 * layer without an outcome, or skipped though selected, fails the run as a failed one does.
 */
export function finishRun(run: Run, outcomes: readonly LayerOutcome[]): FinishRunResult {
  const ended = run.layers.map((layer) => ({
    layer,
    outcome: outcomes.find((outcome) => outcome.layer === layer && outcome.result !== "skipped"),
  }));
  const wrong = ended.filter(({ outcome }) => !outcome || !fitsOperation(run.operation, outcome.result));
  if (wrong.length === 0) return { succeeded: true };
  const first = wrong.find(({ outcome }) => outcome?.result === "failed") ?? wrong[0];
  const others = wrong.filter((item) => item !== first).map(describeOther);
  const told = first?.outcome ? describeFailure(run, first.outcome) : describeMissing(first?.layer ?? "?");
  const cause = others.length === 0 ? told.cause : `${told.cause} Also: ${others.join("; ")}.`;
  return { succeeded: false, error: told.error, cause: clip(cause, CAUSE_LIMIT) };
}

const describeOther = ({ layer, outcome }: { layer: string; outcome: LayerOutcome | undefined }): string =>
  `${layer} ${outcome ? outcome.result : "has no outcome"}`;

const describeMissing = (layer: string): { error: string; cause: string } => ({
  error: "EvidenceMismatchError",
  cause: `Layer ${layer} was selected, but the run has no outcome of it.`,
});

function describeFailure(run: Run, outcome: LayerOutcome): { error: string; cause: string } {
  const { layer, error, gates = [] } = outcome;
  const broken = gates.find((gate) => gate.verdict === "failed");
  const why =
    broken?.firstProblem ?? (error ? readableCause(error.cause, 500) : `it ended ${outcome.result}`);
  const step = error?.step ?? (broken ? `Prove ${layer}: ${broken.kind}` : "its stage");
  const folder = `s3://${run.artefactBucket}/runs/${run.runId}/${layer}/`;
  const report = broken ? `s3://${run.artefactBucket}/${broken.findingsKey}` : folder;
  // A gate's own error says where its findings are.
  const place = why.includes(folder) ? "" : ` Report: ${report}.`;
  return {
    error: error?.name ?? (broken ? "GateFailedError" : "EvidenceMismatchError"),
    cause: `Layer ${layer} failed at "${step}": ${why}${place}`,
  };
}

/** Writes what `finishRun` said into the run's record, outcomes of failed and blocked layers included. */
export async function saveFinish(
  run: Run,
  outcomes: readonly LayerOutcome[],
  result: FinishRunResult,
  runs: RunTable,
  now: Date,
): Promise<void> {
  const selected = outcomes.filter((outcome) => run.layers.includes(outcome.layer));
  await runs.saveOutcomes(run.runId, selected);
  if (result.succeeded) return;
  const failure = { error: result.error ?? "Error", cause: result.cause ?? "" };
  await runs.saveFailure(run.runId, run.executionArn, failure, expiresAt(now, RUN_RECORD_DAYS));
}

/** The failure of a run that no layer's stage caught, for the record and for the machine's Fail state. */
export async function failRun(
  event: z.infer<typeof FailRunEventSchema>,
  runs: RunTable,
  now: Date,
): Promise<FinishRunResult> {
  const failure = { error: event.error, cause: readableCause(event.cause, CAUSE_LIMIT) };
  const runId = event.run?.runId ?? event.executionName;
  await runs.saveFailure(runId, event.executionArn, failure, expiresAt(now, RUN_RECORD_DAYS));
  return { succeeded: false, ...failure };
}
