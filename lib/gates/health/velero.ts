/** Velero's kinds say how they are by their phase; an empty one is New. */

import { type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing, suspended } from "./verdict.ts";

const reasonOf = ({ status }: Subject, phase: string): string => {
  const errors = Array.isArray(status.validationErrors) ? status.validationErrors.map(String) : [];
  const words = textOf(status, "failureReason") ?? textOf(status, "message") ?? errors.join("; ");
  return `its phase is ${phase}${words ? `: ${words}` : ""}`;
};

/** `FinalizingPartiallyFailed` and its like still run, whatever their names say: only these phases are the end. */
const byPhase =
  (good: readonly string[], bad: readonly string[]) =>
  (subject: Subject): Health => {
    const phase = textOf(subject.status, "phase") ?? "New";
    const reason = reasonOf(subject, phase);
    if (good.includes(phase)) return healthy(reason);
    return bad.includes(phase) ? failed(reason) : progressing(reason);
  };

/** Backup, Restore, and what moves their data. PartiallyFailed is a failure: something is not in it. */
export const judgeOperation = byPhase(
  ["Completed", "Processed"],
  ["Failed", "PartiallyFailed", "FailedValidation", "Canceled"],
);
export const judgeLocation = byPhase(["Available"], ["Unavailable"]);
export const judgeRepository = byPhase(["Ready"], ["NotReady"]);
const judgeEnabled = byPhase(["Enabled"], ["FailedValidation"]);

export const judgeSchedule = (subject: Subject): Health =>
  subject.spec.paused === true ? suspended("it is paused") : judgeEnabled(subject);
