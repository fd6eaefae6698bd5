import type { Step } from "./steps.ts";

/**
 * The chain of steps that decided when the run ended: from the last step backwards, always to what this one waited
 * for. Within a layer that is its own step before; a layer's first step waited for the layer, or the step of the
 * run, that ended last before. What lies between two of them is orchestration.
 */
export function criticalPath(steps: readonly Step[]): Step[] {
  const ended = steps.filter((step) => step.endedAt !== undefined);
  const path: Step[] = [];
  let current = latest(ended);
  while (current) {
    path.unshift(current);
    current = before(current, ended);
  }
  return path;
}

function before(current: Step, ended: readonly Step[]): Step | undefined {
  const earlier = ended.filter((step) => step !== current && (step.endedAt ?? 0) <= current.startedAt);
  const own = earlier.filter((step) => current.layer !== undefined && step.layer === current.layer);
  if (own.length > 0) return latest(own);
  const closing = earlier.filter(({ kind }) => kind === "record" || kind === "run");
  return latest(closing.length > 0 ? closing : earlier);
}

function latest(steps: readonly Step[]): Step | undefined {
  let found: Step | undefined;
  for (const step of steps)
    if (found === undefined || (step.endedAt ?? 0) > (found.endedAt ?? 0)) found = step;
  return found;
}
