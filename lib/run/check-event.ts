import * as z from "zod";
import { InvalidInputError } from "./errors.ts";
import { describeIssues } from "./parse-input.ts";
import { type CheckMachine, CheckMachineSchema } from "./proof.ts";

/** How an execution of a check ended, as Step Functions says it. */
export interface ExecutionEnd {
  readonly machine: CheckMachine;
  readonly executionArn: string;
  readonly executionName: string;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Times are epoch milliseconds; error and cause are null where there is none. */
const DetailSchema = z.looseObject({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  startDate: z.number(),
  stopDate: z.number(),
  error: z.string().nullish(),
  cause: z.string().nullish(),
});

/** EventBridge: `Step Functions Execution Status Change` of a machine beside the pipeline. */
export const CloseCheckEventSchema = z.looseObject({ detail: z.unknown() });

/**
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 * @throws InvalidInputError (not retryable) if it is no end of a check of this environment
 */
export function endOfEvent(event: { detail: unknown }, environment: string): ExecutionEnd {
  const parsed = DetailSchema.safeParse(event.detail);
  if (!parsed.success) throw new InvalidInputError(`event detail: ${describeIssues(parsed.error)}`);
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, error, cause } = parsed.data;
  const machineName = stateMachineArn.split(":").at(-1) ?? "";
  const machine = CheckMachineSchema.safeParse(machineName.slice(environment.length + 1));
  if (!machineName.startsWith(`${environment}-`) || !machine.success)
    throw new InvalidInputError(`close-check does not know the machine "${machineName}"`);
  return {
    machine: machine.data,
    executionArn,
    executionName: name,
    status,
    startedAt: new Date(startDate).toISOString(),
    endedAt: new Date(stopDate).toISOString(),
    ...(error ? { error } : {}),
    ...(cause ? { cause } : {}),
  };
}
