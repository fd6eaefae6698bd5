import * as z from "zod";
import { ConfigurationError, GateFailedError, NotReadyError } from "../run/errors.ts";
import { type Finding, verdictOf } from "../run/finding.ts";
import type { GateReport, Run } from "../run/messages.ts";
import { describeIssues } from "../run/parse-input.ts";
import type { Metrics, ObjectStore } from "../run/ports.ts";
import { boundFindings } from "./bound-findings.ts";
import type { Gate, Moment } from "./define-gate.ts";
import { GATE_FIELDS } from "./expectation.ts";
import { reactionOf } from "./reaction.ts";

export interface ProveRequest {
  readonly run: Pick<Run, "runId" | "artefactBucket">;
  /** In the artefact bucket. @default the run's */
  readonly folder?: string | undefined;
  readonly layer: string;
  readonly gate: { readonly kind: string };
  /** When this gate was first looked at. */
  readonly since: string;
}

/** Where a look leaves what it has seen. */
export interface Outlets {
  readonly objects: Pick<ObjectStore, "writeJson">;
  readonly metrics: Metrics;
}

/**
 * One look at one gate. The findings are kept whatever they say; waiting is Step Functions' part, so "not yet" is
 * an error that it retries, until the deadline makes it a failure.
 * @throws NotReadyError (retryable) before the deadline
 * @throws GateFailedError (not retryable) naming the first finding and where all of them are
 */
export async function prove<Ports>(
  request: ProveRequest,
  gates: readonly Gate<Ports>[],
  ports: Ports,
  { objects, metrics }: Outlets,
  moment: Moment,
): Promise<GateReport> {
  const { run, layer, folder = `runs/${run.runId}` } = request;
  const { kind, deadlineMinutes, firstLookSeconds = 0 } = parseGate(request.gate);
  const gate = gates.find((candidate) => candidate.kind === kind);
  if (!gate)
    throw new ConfigurationError(
      `this function does not judge gates of kind "${kind}", only ${gates.map((known) => known.kind).join(", ")}`,
    );
  const until = new Date(Date.parse(request.since) + deadlineMinutes * 60_000);
  const onlyLooks = request.folder !== undefined;
  const { findings, measurements, turnedAt } = await gate.look(request.gate, {
    ports,
    moment,
    runId: run.runId,
    until,
    onlyLooks,
  });
  const findingsKey = `${folder}/${layer}/gates/${kind}.json`;
  await objects.writeJson(run.artefactBucket, findingsKey, boundFindings(findings));
  const verdict = verdictOf(findings);
  const timed = verdict === "passed" && !onlyLooks;
  const reaction = { since: new Date(request.since), firstLookSeconds, turnedAt, now: moment.now };
  metrics.publish([...measurements, ...(timed ? [reactionOf(kind, reaction)] : [])], moment.now);
  if (verdict === "passed") return report(layer, kind, findings, findingsKey);
  const problem = firstProblem(findings);
  const heading = runbookOf(findings);
  const place = `s3://${run.artefactBucket}/${findingsKey}${heading ? ` Runbook: "${heading}".` : ""}`;
  if (verdict === "failed") throw new GateFailedError(`${layer}: ${kind}: ${problem} Findings: ${place}`);
  const waited = `not ready since ${new Date(request.since).toISOString()}`;
  if (moment.now < until)
    throw new NotReadyError(
      `${layer}: ${kind}: ${problem} It is ${waited} and may wait until ${until.toISOString()}.`,
    );
  throw new GateFailedError(
    `${layer}: ${kind}: ${problem} It was ${waited}, and its ${deadlineMinutes} min are over. Findings: ${place}`,
  );
}

const GateSchema = z.looseObject(GATE_FIELDS);

function parseGate(gate: unknown): z.infer<typeof GateSchema> {
  const parsed = GateSchema.safeParse(gate);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(`gate of the catalogue: ${describeIssues(parsed.error)}`);
}

function report(layer: string, kind: string, findings: readonly Finding[], findingsKey: string): GateReport {
  const passed = findings.filter((finding) => finding.status === "pass").length;
  const warning = findings.find((finding) => finding.status !== "pass");
  return {
    layer,
    kind,
    verdict: "passed",
    passed,
    failed: findings.filter((finding) => finding.status === "fail").length,
    findingsKey,
    ...(warning && { firstProblem: warning.message }),
  };
}

/** What to look at first: a failure before a wait, an error before a warning. */
function worstOf(findings: readonly Finding[]): Finding | undefined {
  const errors = findings.filter((finding) => finding.severity === "error");
  return (["fail", "unknown", "pending"] as const)
    .map((status) => errors.find((finding) => finding.status === status))
    .find((finding) => finding !== undefined);
}

/** Heading of docs/runbook.md for it. */
const runbookOf = (findings: readonly Finding[]): string | undefined => worstOf(findings)?.runbook;

export function firstProblem(findings: readonly Finding[]): string {
  const worst = worstOf(findings);
  return worst
    ? `${worst.check}: ${worst.message}`
    : "the gate asked nothing, and a gate that asked nothing has proven nothing.";
}
