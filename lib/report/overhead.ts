import type { Step } from "./steps.ts";

/** A build as the overhead needs it: how long its commands ran and how long the whole build lasted. */
export interface BuildTimes {
  readonly projectName: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the BUILD phase. */
  readonly commandMilliseconds: number;
}

/** Where the time of a run's critical path went, in milliseconds; the parts add up to the whole. */
export interface TimeSpent {
  /** terraform plan and apply, and all that they wait for */
  readonly terraform: number;
  /** CodeBuild's queue, provisioning, installation and finalizing */
  readonly provisioning: number;
  /** the world becoming healthy after an apply, until the last look that found it was not */
  readonly health: number;
  /** people: approval and delegation */
  readonly people: number;
  /** transitions, Lambdas, and a gate's reaction to health */
  readonly orchestration: number;
}

/** Splits the time of the critical path (`path`, in order) between the run's start and end. */
export function timeSpent(
  path: readonly Step[],
  builds: readonly BuildTimes[],
  startedAt: number,
  endedAt: number,
): TimeSpent {
  const spent = { terraform: 0, provisioning: 0, health: 0, people: 0, orchestration: 0 };
  let reached = startedAt;
  for (const step of path) {
    const end = step.endedAt ?? step.startedAt;
    const own = partsOf(step, end, reached, builds);
    for (const [part, milliseconds] of Object.entries(own)) spent[part as keyof TimeSpent] += milliseconds;
    const known = Object.values(own).reduce((sum, each) => sum + each, 0);
    spent.orchestration += end - reached - known;
    reached = end;
  }
  spent.orchestration += endedAt - reached;
  return spent;
}

/** What a step's time, from the end of the one before it, went into; the rest is orchestration. */
function partsOf(
  step: Step,
  end: number,
  reached: number,
  builds: readonly BuildTimes[],
): Partial<Record<keyof TimeSpent, number>> {
  const lasted = end - step.startedAt;
  if (step.kind === "plan" || step.kind === "apply") {
    const commands = Math.min(buildOf(step, builds)?.commandMilliseconds ?? lasted, lasted);
    return { terraform: commands, provisioning: lasted - commands };
  }
  if (step.kind === "approve") return { people: lasted };
  if (step.kind !== "prove" || step.lastFailedAt === undefined) return {};
  // The wait before a gate's first look is the world's, if that look found it unhealthy; else it came too late.
  const unhealthy = step.lastFailedAt - reached;
  return step.gate === "delegation" ? { people: unhealthy } : { health: unhealthy };
}

function buildOf(step: Step, builds: readonly BuildTimes[]): BuildTimes | undefined {
  return builds.find(
    (build) =>
      build.projectName.endsWith(`-${step.kind}-${step.layer}`) &&
      build.startedAt >= step.startedAt &&
      build.endedAt <= (step.endedAt ?? Number.POSITIVE_INFINITY),
  );
}
