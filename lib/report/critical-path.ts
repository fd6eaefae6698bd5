import type { Step } from "./steps.ts";

/**
 * The chain of steps that decided when the run ended: from the last step backwards, always to the step whose
 * end came last before (or at) this one's start. What lies between two of them is orchestration.
 */
export function criticalPath(steps: readonly Step[]): Step[] {
  const ended = steps.filter((step) => step.endedAt !== undefined);
  const path: Step[] = [];
  let current = latest(ended);
  while (current) {
    path.unshift(current);
    const startedAt = current.startedAt;
    const members = new Set(path);
    current = latest(ended.filter((step) => !members.has(step) && (step.endedAt ?? 0) <= startedAt));
  }
  return path;
}

function latest(steps: readonly Step[]): Step | undefined {
  let found: Step | undefined;
  for (const step of steps)
    if (found === undefined || (step.endedAt ?? 0) > (found.endedAt ?? 0)) found = step;
  return found;
}
