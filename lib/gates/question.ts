import { clip } from "../run/cause.ts";
import type { Finding } from "../run/finding.ts";
import type { Check } from "./checks.ts";

/** Findings are read in a console and in mails. */
const MESSAGE_LIMIT = 500;
const FACT_LIMIT = 200;

type Answer = (observed: string, message?: string) => Finding;

/** The four answers to one question about one subject. Without a message, the facts speak. */
export interface Question {
  readonly pass: Answer;
  /** Not yet, and waiting may help. */
  readonly pending: Answer;
  /** Wrong, and waiting will not help. */
  readonly fail: Answer;
  /** Could not be read: never taken for healthy. */
  readonly unknown: Answer;
}

export function question(
  check: Check,
  subject: string,
  expected: string,
  severity: Finding["severity"] = "error",
): Question {
  const answer =
    (status: Finding["status"]): Answer =>
    (observed, message) => ({
      check,
      subject,
      status,
      severity,
      observed: clip(observed, FACT_LIMIT),
      expected: clip(expected, FACT_LIMIT),
      message: clip(message ?? `${subject}: observed ${observed}, expected ${expected}.`, MESSAGE_LIMIT),
      runbook: check,
    });
  return {
    pass: answer("pass"),
    pending: answer("pending"),
    fail: answer("fail"),
    unknown: answer("unknown"),
  };
}
