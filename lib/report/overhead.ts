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
    spent.orchestration += step.startedAt - reached;
    const lasted = end - step.startedAt;
    const waited = Math.max(0, (step.lastFailedAt ?? step.startedAt) - step.startedAt);
    if (step.kind === "plan" || step.kind === "apply") {
      const commands = buildOf(step, builds)?.commandMilliseconds ?? lasted;
      spent.terraform += Math.min(commands, lasted);
      spent.provisioning += Math.max(0, lasted - commands);
    } else if (step.kind === "approve") spent.people += lasted;
    else if (step.kind === "prove") {
      spent[step.gate === "delegation" ? "people" : "health"] += waited;
      spent.orchestration += lasted - waited;
    } else spent.orchestration += lasted;
    reached = end;
  }
  spent.orchestration += endedAt - reached;
  return spent;
}

function buildOf(step: Step, builds: readonly BuildTimes[]): BuildTimes | undefined {
  return builds.find(
    (build) =>
      build.projectName.endsWith(`-${step.kind}-${step.layer}`) &&
      build.startedAt >= step.startedAt &&
      build.endedAt <= (step.endedAt ?? Number.POSITIVE_INFINITY),
  );
}
