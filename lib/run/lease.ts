import { LeaseHeldError } from "./errors.ts";
import type { Builds, Executions, LeaseTable } from "./ports.ts";
import type { Lease } from "./records.ts";

/** Statuses in which an execution may still start or be running something. */
const ALIVE: readonly string[] = ["RUNNING", "PENDING_REDRIVE"];

/**
 * Takes the environment's lease. A lease whose execution has ended is taken over, but only once no build of
 * that run is alive: an apply outlives a stopped execution, and two applies must never overlap.
 * @throws LeaseHeldError (not retryable) naming the holder, its age and what of it is alive
 */
export async function takeLease(
  wanted: Lease,
  projects: readonly string[],
  ports: { leases: LeaseTable; executions: Executions; builds: Builds },
): Promise<void> {
  const holder = await ports.leases.take(wanted);
  if (holder === "taken") return;
  const alive = await whatIsAlive(holder, projects, ports);
  if (alive) throw held(holder, wanted.takenAt, alive);
  if (await ports.leases.takeOver(wanted, holder)) return;
  throw held(holder, wanted.takenAt, "it changed hands while its holder was being looked at");
}

async function whatIsAlive(
  holder: Lease,
  projects: readonly string[],
  ports: { executions: Executions; builds: Builds },
): Promise<string | undefined> {
  const execution = await ports.executions.describe(holder.executionArn);
  if (execution && ALIVE.includes(execution.status)) return `its execution is ${execution.status}`;
  const builds = await ports.builds.alive(holder.runId, projects);
  return builds.length === 0 ? undefined : `its execution has ended but ${builds.join(", ")} has not`;
}

function held(holder: Lease, now: string, why: string): LeaseHeldError {
  const minutes = Math.floor((Date.parse(now) - Date.parse(holder.takenAt)) / 60_000);
  return new LeaseHeldError(
    `run ${holder.runId} holds this environment since ${minutes} min (${holder.executionArn}): ${why}. Wait for it to end, or stop it, then start again.`,
  );
}

/** Every CodeBuild project of an environment, by the names that the projects are given. */
export const projectNames = (environment: string, layers: readonly string[]): string[] =>
  layers.flatMap((layer) => [`${environment}-plan-${layer}`, `${environment}-apply-${layer}`]);
