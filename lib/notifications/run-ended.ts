import { clip, readableCause } from "../run/cause.ts";
import type { Finding } from "../run/finding.ts";
import type { LayerOutcome } from "../run/messages.ts";
import type { ExecutionState, Notification } from "../run/ports.ts";
import type { FinalStatus, RunRecord } from "../run/records.ts";
import { executionLink } from "./console-links.ts";
import { retainedLines } from "./retained-lines.ts";
import { subject } from "./subject.ts";

/** Where the signed evidence of the run lies, or why there is none. */
export type SignedEvidence = { readonly key: string } | { readonly failed: string };

/**
 * The one closing notification of a run. It says what Step Functions says and what the record holds, and where
 * the two leave something open it says that it is open: a run without outcomes is not called harmless.
 */
export function runEnded(
  record: RunRecord,
  status: FinalStatus,
  execution: ExecutionState | undefined,
  environment: string,
  evidence?: SignedEvidence,
): Notification {
  const succeeded = status === "SUCCEEDED";
  const operation = record.run?.operation ?? "run";
  return {
    event: succeeded ? "run-succeeded" : "run-failed",
    environment,
    runId: record.runId,
    detail: {
      ...(record.run && { operation: record.run.operation }),
      ...(!succeeded && { status, ...errorOf(record, execution) }),
      layers: (record.run?.layers ?? []).map((layer) => layerDetail(layer, record.outcomes[layer])),
    },
    subject: subject(`[${environment}] ${operation} ${succeeded ? "succeeded" : `failed (${status})`}`),
    text: [
      happened(record, status, execution),
      "",
      ...layerLines(record),
      "",
      ...keptLines(record),
      meaning(record, succeeded),
      succeeded ? whenWell(record) : todo(record, status),
      ...evidenceLines(record, evidence),
      `Execution: ${record.executionArn ? executionLink(record.executionArn) : "not known"}`,
    ].join("\n"),
  };
}

function evidenceLines({ run }: RunRecord, evidence: SignedEvidence | undefined): string[] {
  if (evidence === undefined) return [];
  if ("failed" in evidence)
    return [
      `Its evidence was not signed: ${clip(evidence.failed, 300)}. See "evidence-signed" in docs/runbook.md.`,
    ];
  return [`Evidence: ${run ? `s3://${run.artefactBucket}/` : ""}${evidence.key}, signed`];
}

function errorOf(record: RunRecord, execution: ExecutionState | undefined): { error?: string } {
  const error = record.failure?.error ?? execution?.error;
  return error ? { error } : {};
}

const layerDetail = (layer: string, outcome: LayerOutcome | undefined) => ({
  layer,
  result: outcome?.result ?? "unknown",
  ...(outcome?.counts && { counts: outcome.counts }),
});

function happened(record: RunRecord, status: FinalStatus, execution: ExecutionState | undefined): string {
  const what = `Run ${record.runId} (${record.run?.operation ?? "not prepared"}) ended ${status}.`;
  if (status === "SUCCEEDED") return what;
  const error = record.failure?.error ?? execution?.error;
  const cause = record.failure?.cause ?? execution?.cause;
  if (!error && !cause) return `${what} Step Functions gives no error.`;
  return `${what} ${error ?? "Error"}: ${readableCause(cause ?? "no cause given", 1200)}`;
}

function layerLines(record: RunRecord): string[] {
  const layers = record.run?.layers ?? [];
  if (layers.length === 0) return ["No layer was started: the run was never prepared."];
  return layers.map((layer) => `- ${layer}: ${describeOutcome(record.outcomes[layer])}`);
}

/** What a destroy leaves on purpose, and what it should not have left. */
function keptLines(record: RunRecord): string[] {
  const kept = retainedLines(Object.values(record.outcomes));
  const left = leftBehind(record).map(({ message }) => `- ${message}`);
  return [
    ...(kept.length === 0 ? [] : [...kept, ""]),
    ...(left.length === 0 ? [] : ["Left behind, as far as tags tell:", ...left, ""]),
  ];
}

const leftBehind = ({ findings = [] }: RunRecord): Finding[] =>
  findings.filter(({ status }) => status !== "pass");

function describeOutcome(outcome: LayerOutcome | undefined): string {
  if (!outcome) return "no outcome recorded; it may have been planned or applied in part";
  const { counts, error, applied } = outcome;
  const changes = counts
    ? ` (${counts.add} to add, ${counts.change} to change, ${counts.replace} to replace, ${counts.destroy} to destroy)`
    : "";
  const did = outcome.result === "proven" && applied === false ? "proven, unchanged" : outcome.result;
  return error
    ? `${did} at "${error.step}": ${error.name}: ${readableCause(error.cause, 300)}`
    : did + changes;
}

const SUCCESS: Record<string, string> = {
  deploy: "Every selected layer is applied and every gate of it passed.",
  plan: "The plans are in the artefact bucket. Nothing was changed.",
  destroy: "The selected layers are gone, but for what is retained.",
};

function meaning(record: RunRecord, succeeded: boolean): string {
  const operation = record.run?.operation ?? "";
  if (succeeded) return SUCCESS[operation] ?? "The execution succeeded.";
  if (!record.run) return "Nothing was changed: the run ended before its first layer.";
  if (operation === "plan") return "Nothing was changed: a plan run applies nothing.";
  const outcomes = Object.values(record.outcomes);
  const done = outcomes.filter(
    (outcome) => outcome.result === "proven" || outcome.result === "destroyed",
  ).length;
  return `${done} of ${record.run.layers.length} layers ended as wanted; the others are as described above. No build of this run is alive and the environment is free for another run.`;
}

const whenWell = (record: RunRecord): string =>
  leftBehind(record).length === 0
    ? "Nothing to do."
    : 'Look at what was left behind: "nothing-left-behind" in docs/runbook.md.';

function todo(record: RunRecord, status: FinalStatus): string {
  const error = record.failure?.error;
  const runbook = error ? `See "${clip(error, 80)}" in docs/runbook.md. ` : "";
  if (status === "ABORTED" || status === "TIMED_OUT")
    return `${runbook}Read the builds' logs of unfinished layers, then start the same operation again: it plans first.`;
  return `${runbook}Repair the cause, then start the same operation again: it plans first, and layers that are up to date are only proven.`;
}
