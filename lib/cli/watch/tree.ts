import { formatDuration } from "../../report/duration.ts";
import type { Step } from "../../report/steps.ts";

const MARK = { running: "◐", succeeded: "✓", failed: "✗" } as const;

/** Layers and their steps as a tree, as they stand at virtual time `now`. */
export function treeLines(layers: readonly string[], steps: readonly Step[], now: number): string[] {
  const lines: string[] = [];
  for (const step of steps.filter(({ kind }) => kind === "run")) lines.push(`${stepText(step, now)}`);
  for (const layer of layers) {
    const own = steps.filter((step) => step.layer === layer);
    if (own.length === 0) {
      lines.push(`  ${layer}`);
      continue;
    }
    lines.push(`${layerMark(own)} ${layer}`, ...own.map((step) => `    ${stepText(step, now)}`));
  }
  return lines;
}

function layerMark(steps: readonly Step[]): string {
  if (steps.some(({ status }) => status === "failed")) return MARK.failed;
  return steps.some(({ status, kind }) => kind === "record" && status === "succeeded")
    ? MARK.succeeded
    : MARK.running;
}

function stepText(step: Step, now: number): string {
  const name = step.gate === undefined ? step.state.replace(/ [a-z0-9-]+$/, "") : `Prove ${step.gate}`;
  const label = step.kind === "run" ? step.state : name;
  const lasted = formatDuration((step.endedAt ?? now) - step.startedAt);
  const waiting = step.error?.name === "NotReadyError" ? ` — ${shortCause(step.error.cause)}` : "";
  const failed = step.status === "failed" && waiting === "" ? ` — ${step.error?.name}` : "";
  const mark = waiting === "" ? MARK[step.status] : MARK.running;
  return `${mark} ${label} ${lasted}${waiting}${failed}`;
}

/** The message of a Lambda's error, cut to a line. */
function shortCause(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed)
      return String(parsed.errorMessage).slice(0, 100);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return cause.slice(0, 100);
}
