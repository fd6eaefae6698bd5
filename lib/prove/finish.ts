import * as z from "zod";
import type { Catalogue } from "../catalogue/define-layers.ts";
import { boundFindings } from "../gates/bound-findings.ts";
import { clip } from "../run/cause.ts";
import { ERROR_NAMES } from "../run/errors.ts";
import { type Finding, FindingSchema } from "../run/finding.ts";
import type { GateReport } from "../run/messages.ts";
import type { ObjectStore } from "../run/ports.ts";
import type { Proof } from "../run/proof.ts";
import type { ProvenLayer, ProveScope } from "./messages.ts";

/** Findings that the evidence holds one by one: what a person may want to search, below a megabyte. */
const KEPT_FINDINGS = 1_000;

/** One gate's answer with what it found. */
export interface ProvenGate extends GateReport {
  readonly findings: readonly Finding[];
}

export interface ProveEvidence {
  readonly scope: ProveScope;
  readonly gates: readonly GateReport[];
  readonly findings: readonly Finding[];
}

/** Reads what the gates found. A gate that could not answer has left no findings; its error becomes one. */
export async function readGates(
  scope: ProveScope,
  layers: readonly ProvenLayer[],
  objects: Pick<ObjectStore, "readIfThere">,
): Promise<ProvenGate[]> {
  const reports = layers.flatMap(({ gates }) => gates);
  return Promise.all(
    reports.map(async (report) => {
      const content = await objects.readIfThere(scope.artefactBucket, report.findingsKey);
      const findings = content && z.array(FindingSchema).parse(JSON.parse(content.toString()));
      const silent = findings === undefined || (report.verdict === "failed" && !findings.some(isWrong));
      return { ...report, findings: silent ? [unanswered(report)] : findings };
    }),
  );
}

const isWrong = ({ status, severity }: Finding): boolean => severity === "error" && status !== "pass";

function unanswered({ layer, kind, firstProblem = "no reason was given" }: GateReport): Finding {
  const name = ERROR_NAMES.find((error) => firstProblem.startsWith(`${error}: `)) ?? "States.TaskFailed";
  return {
    check: "gate-answers",
    subject: `${layer}: ${kind}`,
    status: "unknown",
    severity: "error",
    observed: clip(firstProblem, 200),
    expected: "the gate answers",
    message: clip(`The gate ${kind} of ${layer} did not answer: ${firstProblem}`, 500),
    runbook: name,
  };
}

/**
 * What the gates together prove. A gate of a layer in the scope that gave no report is as bad as a red one:
 * passed means that everything was asked and everything holds.
 */
export function judgeProve(
  scope: ProveScope,
  gates: readonly ProvenGate[],
  catalogue: Catalogue,
  now: Date,
): { proof: Proof; problems: string[]; evidence: ProveEvidence } {
  const missing = scope.layers.flatMap((layer) =>
    catalogue
      .layer(layer)
      .gates.filter(({ kind }) => !gates.some((gate) => gate.layer === layer && gate.kind === kind))
      .map(({ kind }) => `${layer}: ${kind} gave no report`),
  );
  const red = gates.filter((gate) => gate.verdict !== "passed" || gate.passed === 0);
  const problems = [...red.map(problemOf), ...missing];
  const passed = problems.length === 0 && gates.length > 0;
  const findings = boundFindings(
    gates.flatMap((gate) => gate.findings),
    KEPT_FINDINGS,
  );
  // What is red while a run changes things is no news yet: if it stays red, the next look says so.
  const fingerprint = scope.heldBy === undefined ? fingerprintOf(red, missing) : undefined;
  const proof: Proof = {
    proof: "prove",
    executionArn: scope.executionArn,
    startedAt: scope.startedAt,
    endedAt: now.toISOString(),
    result: passed ? "passed" : "failed",
    summary: clip(summaryOf(scope, gates.length, problems.length), 300),
    evidenceKey: `${scope.folder}/proof.json`,
    ...(scope.partial && { partial: true }),
    ...(!passed && fingerprint !== undefined && { fingerprint }),
  };
  const reports = gates.map(({ findings: _, ...report }) => report);
  return { proof, problems, evidence: { scope, gates: reports, findings } };
}

/** The gate, its first finding, and the runbook's heading for it. */
function problemOf(gate: ProvenGate): string {
  const first =
    gate.findings.find((finding) => isWrong(finding) && finding.status === "fail") ??
    gate.findings.find(isWrong);
  const said = first ? `${first.check}: ${first.message}` : (gate.firstProblem ?? "it found nothing");
  return `${gate.layer}: ${gate.kind}: ${said}${first ? ` (docs/runbook.md, "${first.runbook}")` : ""}`;
}

/** What is wrong, not how it was observed: the same pod that restarts again is no news. */
function fingerprintOf(red: readonly ProvenGate[], missing: readonly string[]): string {
  const wrong = red.flatMap(({ layer, kind, findings }) =>
    findings.filter(isWrong).map(({ check, runbook }) => `${layer}/${kind}/${check}/${runbook}`),
  );
  return clip([...new Set([...wrong, ...missing])].sort().join(" "), 2_000);
}

function summaryOf(scope: ProveScope, gates: number, wrong: number): string {
  const layers = `${scope.layers.length} ${scope.layers.length === 1 ? "layer" : "layers"}`;
  const told =
    wrong === 0 ? `all ${gates} gates of ${layers} hold` : `${wrong} of ${gates} gates do not hold`;
  const left = scope.notApplied.length > 0 ? `; not applied: ${scope.notApplied.join(", ")}` : "";
  const held = scope.heldBy ? `; meanwhile run ${scope.heldBy.runId} holds the environment` : "";
  return `${told}${left}${held}`;
}
