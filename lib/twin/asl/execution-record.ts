import type { Json } from "../world/world.ts";
import { compact, type HistoryEvent } from "./history.ts";
import type { Outcome } from "./interpreter.ts";
import type { Identity } from "./run.ts";

/** An execution as the world keeps it. Times are virtual milliseconds; input and output are JSON text. */
export type ExecutionRecord = {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: "RUNNING" | Outcome["status"];
  startDate: number;
  stopDate?: number;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  /** Filled in when the execution has ended. */
  events: HistoryEvent[];
};

export function recordOf(identity: Identity, input: string, startDate: number): ExecutionRecord {
  const { executionArn, stateMachineArn, executionName: name } = identity;
  return { executionArn, stateMachineArn, name, status: "RUNNING", startDate, input, events: [] };
}

export function ended(
  record: ExecutionRecord,
  outcome: Outcome,
  stopDate: number,
  events: readonly HistoryEvent[],
): ExecutionRecord {
  const { status, ...rest } = outcome;
  const { output, ...failure } = "output" in rest ? rest : { ...rest, output: undefined };
  const end = output === undefined ? failure : { output: JSON.stringify(output) };
  return { ...record, status, stopDate, ...end, events: [...events] };
}

/** As DescribeExecution answers. */
export function describe(record: ExecutionRecord): Json {
  const { events: _, startDate, stopDate, ...members } = record;
  return compact({
    ...members,
    startDate: startDate / 1000,
    stopDate: stopDate === undefined ? undefined : stopDate / 1000,
    inputDetails: { included: true },
    outputDetails: record.output === undefined ? undefined : { included: true },
    redriveCount: 0,
    redriveStatus: "NOT_REDRIVABLE",
  });
}

/** As ListExecutions lists it. */
export function listed(record: ExecutionRecord): Json {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate } = record;
  return compact({
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: startDate / 1000,
    stopDate: stopDate === undefined ? undefined : stopDate / 1000,
  });
}
