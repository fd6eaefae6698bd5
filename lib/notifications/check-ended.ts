import { readableCause } from "../run/cause.ts";
import type { Notification } from "../run/ports.ts";
import type { CheckMachine, Proof, ProofName } from "../run/proof.ts";
import { subject } from "./subject.ts";

interface EndedCheck {
  readonly environment: string;
  readonly artefactBucket: string;
  readonly executionName: string;
  readonly proof: Proof;
  /** What is wrong, worst first; a mail shows the first of them. */
  readonly problems: readonly string[];
}

/** A mail is read on a telephone; the evidence has the rest. */
const SHOWN_PROBLEMS = 10;

/** What it means that this check did not pass. */
const MEANING: Readonly<Record<CheckMachine, string>> = {
  prove: "The platform does not hold what its gates ask. Nothing was changed by looking.",
  drift: "Nobody knows now whether the platform is as it was applied. Nothing was changed by looking.",
  "verify-backup": "It is not proven that the platform could be restored from its backups.",
  "rehearse-recovery": "It is not proven that the platform could be built anew from code and backup.",
};

const meaningOf = (name: ProofName): string => (name === "run" ? "The run failed." : MEANING[name]);

/** The one closing notification of a check that did not pass. */
export function checkFailed({
  environment,
  artefactBucket,
  executionName,
  proof,
  problems,
}: EndedCheck): Notification {
  const shown = problems.slice(0, SHOWN_PROBLEMS).map((problem) => `- ${readableCause(problem, 500)}`);
  const more = problems.length - shown.length;
  return {
    event: "check-failed",
    environment,
    runId: executionName,
    detail: {
      check: proof.proof,
      summary: proof.summary,
      problems: problems.slice(0, SHOWN_PROBLEMS).map((problem) => readableCause(problem, 500)),
      evidenceKey: proof.evidenceKey,
    },
    subject: subject(`[${environment}] ${proof.proof} failed`),
    text: [
      `${proof.summary}.`,
      ...(shown.length > 0 ? ["", ...shown, ...(more > 0 ? [`- and ${more} more`] : [])] : []),
      "",
      meaningOf(proof.proof),
      `See "check-failed" in docs/operating.md for what to do. You hear of it again only when something else is wrong, or when it is well.`,
      `Evidence: s3://${artefactBucket}/${proof.evidenceKey}`,
      `Execution: ${proof.executionArn}`,
    ].join("\n"),
  };
}

/** What was told to be wrong is well again. */
export function checkRecovered({
  environment,
  artefactBucket,
  executionName,
  proof,
}: EndedCheck): Notification {
  return {
    event: "check-recovered",
    environment,
    runId: executionName,
    detail: { check: proof.proof, summary: proof.summary, evidenceKey: proof.evidenceKey },
    subject: subject(`[${environment}] ${proof.proof} passed again`),
    text: [
      `${proof.summary}.`,
      "What was reported before is well again. Nothing to do.",
      `Evidence: s3://${artefactBucket}/${proof.evidenceKey}`,
      `Execution: ${proof.executionArn}`,
    ].join("\n"),
  };
}
