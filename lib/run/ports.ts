/** What the run's operations need from the world outside, in their own words; `lib/clients` has the adapters. */
import type { Finding } from "./finding.ts";
import type { LayerOutcome } from "./messages.ts";
import type { PinnedObject } from "./plan.ts";
import type { CheckClosing, Proof, ProofName } from "./proof.ts";
import type { ApprovalRecord, FinalStatus, LayerRecord, Lease, RunRecord } from "./records.ts";

export interface ObjectStore {
  /** @throws EvidenceMismatchError if there is no such version, or its content has another sha256. */
  readPinned(object: PinnedObject): Promise<Buffer>;
  /** One version whose sha256 nobody has told us. @throws EvidenceMismatchError if it is not there. */
  readVersion(bucket: string, key: string, versionId: string): Promise<Buffer>;
  /** The newest version. @throws ConfigurationError if it is not there. */
  read(bucket: string, key: string): Promise<Buffer>;
  /** The newest version, or undefined where there is none. */
  readIfThere(bucket: string, key: string): Promise<Buffer | undefined>;
  /** Writes unless an object with this key exists; either way says which version is there. */
  writeOnce(bucket: string, key: string, content: Buffer, sha256: string): Promise<{ versionId: string }>;
  writeJson(bucket: string, key: string, value: unknown): Promise<void>;
  /** Text, to the byte. */
  write(bucket: string, key: string, text: string): Promise<void>;
}

export interface LeaseTable {
  /** Takes the lease if nobody or this very run has it; otherwise says who has. */
  take(lease: Lease): Promise<Lease | "taken">;
  /** Takes it from `holder`, and from nobody else. False: it has changed hands meanwhile. */
  takeOver(lease: Lease, holder: Lease): Promise<boolean>;
  /** Who holds it, if anybody does. */
  holder(): Promise<Lease | undefined>;
  /** False: this run does not hold it (any more). */
  free(runId: string): Promise<boolean>;
}

export interface RunTable {
  /** Idempotent: an existing record of the same run keeps what it has learnt since. */
  create(record: RunRecord, expiresAt: number): Promise<void>;
  read(runId: string): Promise<RunRecord | undefined>;
  saveOutcomes(runId: string, outcomes: readonly LayerOutcome[]): Promise<void>;
  saveFindings(runId: string, findings: readonly Finding[]): Promise<void>;
  saveFailure(
    runId: string,
    executionArn: string,
    failure: { error: string; cause: string },
    expiresAt: number,
  ): Promise<void>;
  saveEnd(
    runId: string,
    executionArn: string,
    status: FinalStatus,
    endedAt: string,
    expiresAt: number,
  ): Promise<void>;
  /** Who may send the closing notification: `claimed` is for the caller; a claim before `staleBefore` is dead. */
  claimNotification(runId: string, now: string, staleBefore: string): Promise<"claimed" | "sent" | "busy">;
  releaseNotification(runId: string): Promise<void>;
  markNotificationSent(runId: string, now: string): Promise<void>;
}

export interface LayerTable {
  save(record: LayerRecord): Promise<void>;
  read(layer: string): Promise<LayerRecord | undefined>;
}

export interface ApprovalTable {
  save(approval: ApprovalRecord, expiresAt: number): Promise<void>;
}

/** An execution of a check, by what tells it from every other. */
type CheckedExecution = Pick<Proof, "proof" | "executionArn">;

export interface ProofTable {
  /** False: the execution has written its proof already, and that one stands. */
  create(closing: CheckClosing, expiresAt: number): Promise<boolean>;
  ofExecution(execution: CheckedExecution): Promise<CheckClosing | undefined>;
  /**
   * As the last proof of its name, and as the last that passed if it did; never over that of a later execution. Of a
   * rehearsal, also as the last of its scenario.
   */
  saveLast(proof: Proof): Promise<void>;
  last(name: ProofName, scenario?: string): Promise<Proof | undefined>;
  lastPassed(name: ProofName): Promise<Proof | undefined>;
  /** @see RunTable */
  claimNotification(
    execution: CheckedExecution,
    now: string,
    staleBefore: string,
  ): Promise<"claimed" | "sent" | "busy">;
  releaseNotification(execution: CheckedExecution): Promise<void>;
  markNotificationSent(execution: CheckedExecution, now: string): Promise<void>;
}

/** Who started a run in AWS's words, as far as they are known. */
export interface KnownRequesters {
  read(runId: string): Promise<string | undefined>;
}

/** Things said at most once in a run. */
export interface NoticeTable {
  claim(runId: string, notice: string, now: string, expiresAt: number): Promise<boolean>;
  release(runId: string, notice: string): Promise<void>;
}

export interface ExecutionState {
  readonly status: string;
  readonly stoppedAt?: Date;
  readonly error?: string;
  readonly cause?: string;
}
export interface Executions {
  /** Undefined: Step Functions knows no such execution (any more). */
  describe(executionArn: string): Promise<ExecutionState | undefined>;
}

export interface Builds {
  /** Ids of the run's builds that have not ended, looked for in these projects. */
  alive(runId: string, projects: readonly string[]): Promise<string[]>;
  /** The run that a build belongs to; undefined if it belongs to none, or is not known any more. */
  runOf(buildId: string): Promise<string | undefined>;
}

export type NotificationEvent =
  | "run-started"
  | "run-succeeded"
  | "run-failed"
  | "approval-needed"
  | "delegation-needed"
  | "check-failed"
  | "check-recovered"
  | "drift-changed";
export interface Notification {
  readonly event: NotificationEvent;
  readonly environment: string;
  readonly runId: string;
  readonly subject: string;
  readonly text: string;
  /** For programs: the event's own members. @see lib/notifications/events.ts */
  readonly detail?: Readonly<Record<string, unknown>>;
}
export interface Notifier {
  publish(topicArn: string, notification: Notification): Promise<void>;
}

/** One value of one metric. */
export interface Measurement {
  readonly metric: string;
  readonly value: number;
  /** Beside `Environment`, which all of them have. */
  readonly dimensions: Readonly<Record<string, string>>;
}
export interface Metrics {
  publish(measurements: readonly Measurement[], now: Date): void;
}
