/** What the API needs from the world outside. */
import type { ProofTable } from "../run/ports.ts";
import type { ApprovalRecord, RunRecord } from "../run/records.ts";

export interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  /** Of `describe` only. */
  readonly input?: string;
}

export interface Machines {
  /** "exists": an execution of this name is there, with another input or ended. */
  start(machineArn: string, name: string, input: unknown): Promise<Execution | "exists">;
  describe(executionArn: string): Promise<Execution | undefined>;
  /** Newest first. "bad-cursor": Step Functions did not give it, or not lately. */
  list(
    machineArn: string,
    page: { limit: number; cursor?: string | undefined; status?: string | undefined },
  ): Promise<{ executions: Execution[]; next?: string } | "bad-cursor">;
}

export interface Callbacks {
  /** "gone": the task is not waiting any more. */
  succeed(taskToken: string, output: unknown): Promise<"answered" | "gone">;
  fail(taskToken: string, error: string, cause: string): Promise<"answered" | "gone">;
}

export interface RunRecords {
  read(runId: string): Promise<RunRecord | undefined>;
  /** False: it has ended, or was never there. A second request keeps the first one's words. */
  requestCancel(runId: string, cancel: { by: string; at: string; reason: string }): Promise<boolean>;
}

export interface Starts {
  /** ARN of who started the execution, as CloudTrail has it; undefined: it has not learnt of it yet. */
  whoStarted(executionArn: string, startedAt: Date): Promise<string | undefined>;
}

export interface Requesters {
  /** Who started this run, in AWS's words: the API's caller, or whom CloudTrail names; the first to say so stays. */
  save(runId: string, arn: string, expiresAt: number): Promise<void>;
  read(runId: string): Promise<string | undefined>;
}

export interface Decision {
  readonly decision: "approve" | "reject";
  readonly decidedBy: string;
  readonly decidedAt: string;
  readonly comment?: string;
}

export interface Approvals {
  list(runId: string): Promise<ApprovalRecord[]>;
  read(runId: string, layer: string): Promise<ApprovalRecord | undefined>;
  /** False: somebody has decided already, or the request has been made anew since. */
  decide(approval: ApprovalRecord, decision: Decision): Promise<boolean>;
}

export type Proofs = Pick<ProofTable, "last" | "lastPassed">;

export interface DriftRecords {
  list(page: {
    layer?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ items: Record<string, unknown>[]; next?: string } | "bad-cursor">;
}

export interface ApiPorts {
  readonly machines: Machines;
  readonly callbacks: Callbacks;
  readonly runs: RunRecords;
  readonly requesters: Requesters;
  readonly starts: Starts;
  readonly approvals: Approvals;
  readonly proofs: Proofs;
  readonly drift: DriftRecords;
}

export interface ApiSettings {
  readonly environment: string;
  /** `arn:…:stateMachine:<env>-`, before the machine's purpose. */
  readonly machinePrefix: string;
  /** May somebody approve a run that he asked for? */
  readonly selfApproval: boolean;
}

/** ARN of an execution of one of our machines. */
export const executionArnOf = (settings: ApiSettings, purpose: string, name: string): string =>
  `${settings.machinePrefix.replace(":stateMachine:", ":execution:")}${purpose}:${name}`;
