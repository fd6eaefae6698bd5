import { formatDuration } from "../../report/duration.ts";
import type { Step } from "../../report/steps.ts";

/** A line for each thing that has happened to a step since `before`; for pipes and files. */
export function logLines(before: readonly Step[], now: readonly Step[], runStartedAt: number): string[] {
  const lines: [number, string][] = [];
  for (const [index, step] of now.entries()) {
    const old = before[index];
    const line = (at: number, text: string): void => {
      lines.push([at, `[+${formatDuration(at - runStartedAt).padStart(9)}] ${step.state} ${text}`]);
    };
    if (old === undefined) line(step.startedAt, "…");
    if (step.endedAt === undefined || old?.endedAt === step.endedAt) continue;
    const took = formatDuration(step.endedAt - step.startedAt);
    if (step.status === "succeeded") line(step.endedAt, `✓ ${took}`);
    if (step.status === "failed" && isFinal(step)) line(step.endedAt, `✗ ${step.error?.name} after ${took}`);
  }
  return lines.sort(([a], [b]) => a - b).map(([, text]) => text);
}

/** A gate that is not ready is asked again: no news until it passes or fails for good. */
const isFinal = (step: Step): boolean =>
  step.error?.name !== "NotReadyError" && step.error?.name !== "DependencyUnavailableError";
