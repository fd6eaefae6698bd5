import { formatDuration } from "../../report/duration.ts";
import { planText } from "../../report/plan-text.ts";
import type { Step } from "../../report/steps.ts";
import { passedText, problemText, type Scene } from "./scene.ts";

/** A line for each thing that has happened to a step since `before`; for pipes and files. */
export function logLines(before: readonly Step[], scene: Scene): string[] {
  return scene.steps
    .flatMap((step, index) => news(before[index], step, scene).map((entry) => ({ step, ...entry })))
    .sort((a, b) => a.at - b.at)
    .map(
      ({ step, at, text }) => `[+${formatDuration(at - scene.startedAt).padStart(9)}] ${step.state} ${text}`,
    );
}

function news(old: Step | undefined, step: Step, scene: Scene): { at: number; text: string }[] {
  const begun = { at: step.startedAt, text: step.kind === "approve" ? "… a person is asked" : "…" };
  const end = endOf(old, step, scene);
  return [...(old === undefined ? [begun] : []), ...(end ? [end] : [])];
}

function endOf(old: Step | undefined, step: Step, scene: Scene): { at: number; text: string } | undefined {
  if (isWaiting(step)) {
    if (old && isWaiting(old)) return undefined;
    return { at: step.lastFailedAt ?? step.startedAt, text: `◐ ${waitingText(step, scene)}` };
  }
  if (step.endedAt === undefined || old?.endedAt === step.endedAt) return undefined;
  const took = formatDuration(step.endedAt - step.startedAt);
  const text = step.status === "failed" ? `✗ ${step.error?.name} after ${took}` : `✓ ${took}`;
  return { at: step.endedAt, text: text + (step.status === "failed" ? "" : resultText(step, scene)) };
}

/** A gate that is not ready is asked again: no news until it passes or fails for good. */
export const isWaiting = (step: Step): boolean =>
  step.status !== "succeeded" &&
  (step.error?.name === "NotReadyError" || step.error?.name === "DependencyUnavailableError");

/** What a gate waits for, in the words of its first finding that does not pass. */
export function waitingText(step: Step, scene: Scene): string {
  const findings = scene.findings(step.layer ?? "", step.gate ?? "");
  const problem = findings && problemText(findings);
  const times = timesText(step, scene);
  if (findings === undefined || problem === undefined) return `waits: ${step.error?.name}${times}`;
  return `${passedText(findings)} pass; waits${times} for ${problem}`;
}

/** ` since +41m49s, until +56m49s at the latest,`, counted from the start of the run. */
function timesText({ mayWait }: Step, { startedAt }: Scene): string {
  if (mayWait === undefined) return "";
  const [since, until] = [mayWait.since, mayWait.until].map((at) => formatDuration(at - startedAt));
  return ` since +${since}, until +${until} at the latest,`;
}

/** What a step that succeeded has brought to light: a review the plan's counts, a gate its findings. */
export function resultText(step: Step, scene: Scene): string {
  const review = step.kind === "review" ? scene.review(step.layer ?? "") : undefined;
  if (review) return `  ${planText(review.counts, review.hasChanges)}`;
  const findings = step.gate === undefined ? undefined : scene.findings(step.layer ?? "", step.gate);
  return findings ? `  ${passedText(findings)} findings pass` : "";
}
