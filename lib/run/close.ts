import { type Signing, signEvidence } from "../evidence/sign.ts";
import { runEnded, type SignedEvidence } from "../notifications/run-ended.ts";
import { DependencyUnavailableError } from "./errors.ts";
import type {
  Builds,
  ExecutionState,
  Executions,
  KnownRequesters,
  LeaseTable,
  Notifier,
  ProofTable,
  RunTable,
} from "./ports.ts";
import {
  expiresAt,
  type FinalStatus,
  FinalStatusSchema,
  RUN_RECORD_DAYS,
  type RunRecord,
} from "./records.ts";

export interface ClosePorts {
  readonly leases: LeaseTable;
  readonly runs: RunTable;
  readonly executions: Executions;
  readonly builds: Builds;
  readonly notifier: Notifier;
  readonly proofs: Pick<ProofTable, "saveLast">;
  /** Left out where nothing is signed, either. */
  readonly requesters?: KnownRequesters | undefined;
  /** Left out: what runs did is not signed here. */
  readonly signing?: Signing | undefined;
}

export interface CloseResult {
  readonly closed: boolean;
  readonly runId: string;
  /** What is still alive; its own end is the next event, and closes the run. */
  readonly waitingFor?: readonly string[];
}

/**
 * A claim older than this is of an invocation that died: the function may run for 30 s, so after a minute
 * nobody is still publishing.
 */
const STALE_CLAIM_SECONDS = 60;

/**
 * Ends a run for good, once neither its execution nor a build of it is alive: final status, lease, and exactly
 * one closing notification. May be called any number of times, by either kind of event, in any order.
 * @throws DependencyUnavailableError (retryable) if the notification could not be sent; the claim is given back
 */
export async function closeRun(
  request: { runId: string; executionArn: string },
  settings: { environment: string; projects: readonly string[]; topicArn: string },
  ports: ClosePorts,
  now: Date,
): Promise<CloseResult> {
  const { runId, executionArn } = request;
  const execution = await ports.executions.describe(executionArn);
  const status = finalStatus(execution);
  if (!status) return { closed: false, runId, waitingFor: [executionArn] };
  const builds = await ports.builds.alive(runId, settings.projects);
  if (builds.length > 0) return { closed: false, runId, waitingFor: builds };
  const endedAt = (execution?.stoppedAt ?? now).toISOString();
  await ports.runs.saveEnd(runId, executionArn, status, endedAt, expiresAt(now, RUN_RECORD_DAYS));
  await ports.leases.free(runId);
  await keepAsProof(request, status, endedAt, ports);
  await notifyOnce(request, status, execution, settings, ports, now);
  return { closed: true, runId };
}

/** A deploy that succeeded is the proof that one can; how old the last one is, is published with the others. */
async function keepAsProof(
  { runId, executionArn }: { runId: string; executionArn: string },
  status: FinalStatus,
  endedAt: string,
  ports: ClosePorts,
): Promise<void> {
  const record = await ports.runs.read(runId);
  if (record?.run?.operation !== "deploy") return;
  await ports.proofs.saveLast({
    proof: "run",
    executionArn,
    startedAt: record.run.startedAt,
    endedAt,
    result: status === "SUCCEEDED" ? "passed" : "failed",
    summary: `${runId} ended ${status}`,
    evidenceKey: `runs/${runId}/`,
  });
}

/** A run whose evidence cannot be signed has ended all the same: somebody must hear of both. */
const signed = (
  record: RunRecord,
  end: Parameters<typeof signEvidence>[1],
  signing: Signing,
): Promise<SignedEvidence> =>
  signEvidence(record, end, signing).then(
    (key) => ({ key }),
    (error) => ({ failed: error instanceof Error ? error.message : String(error) }),
  );

/** An execution that Step Functions has forgotten (after 90 days) has ended, one way or another. */
function finalStatus(execution: ExecutionState | undefined): FinalStatus | undefined {
  if (!execution) return "ABORTED";
  return FinalStatusSchema.safeParse(execution.status).data;
}

async function notifyOnce(
  request: { runId: string; executionArn: string },
  status: FinalStatus,
  execution: ExecutionState | undefined,
  settings: { environment: string; topicArn: string },
  ports: ClosePorts,
  now: Date,
): Promise<void> {
  const { runId, executionArn } = request;
  const stale = new Date(now.getTime() - STALE_CLAIM_SECONDS * 1000).toISOString();
  const claim = await ports.runs.claimNotification(runId, now.toISOString(), stale);
  if (claim === "sent") return;
  if (claim === "busy")
    throw new DependencyUnavailableError(
      `another invocation is sending the closing notification of run ${runId}; look again once it has ended`,
    );
  try {
    const record = (await ports.runs.read(runId)) ?? { runId, outcomes: {} };
    const end = {
      environment: settings.environment,
      executionArn,
      status,
      endedAt: record.endedAt ?? now.toISOString(),
      startedBy: await ports.requesters?.read(runId),
    };
    const evidence = ports.signing && (await signed(record, end, ports.signing));
    const notification = runEnded(
      { ...record, executionArn },
      status,
      execution,
      settings.environment,
      evidence,
    );
    await ports.notifier.publish(settings.topicArn, notification);
  } catch (cause) {
    await ports.runs.releaseNotification(runId);
    throw new DependencyUnavailableError(`the closing notification of run ${runId} could not be sent`, {
      cause,
    });
  }
  await ports.runs.markNotificationSent(runId, now.toISOString());
}
