import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Callbacks, Execution, Machines } from "../api/ports.ts";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

interface Told {
  readonly executionArn?: string | undefined;
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  readonly input?: string | undefined;
}

const executionOf = (told: Told): Execution => ({
  executionArn: told.executionArn ?? "",
  name: told.name ?? "",
  status: told.status ?? "RUNNING",
  startedAt: told.startDate ?? new Date(0),
  ...(told.stopDate && { endedAt: told.stopDate }),
  ...(told.input !== undefined && { input: told.input }),
});

export function connectMachines(sfn: SFNClient = new SFNClient(SDK_SETTINGS)): Machines {
  return {
    async start(stateMachineArn, name, input) {
      try {
        const text = JSON.stringify(input);
        const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: text }));
        return executionOf({ ...started, name, input: text });
      } catch (error) {
        if (isNamed(error, "ExecutionAlreadyExists")) return "exists";
        throw error;
      }
    },
    async describe(executionArn) {
      try {
        return executionOf(await sfn.send(new DescribeExecutionCommand({ executionArn })));
      } catch (error) {
        if (isNamed(error, "ExecutionDoesNotExist", "InvalidArn")) return undefined;
        throw error;
      }
    },
    async list(stateMachineArn, { limit, cursor, status }) {
      try {
        const { executions = [], nextToken } = await sfn.send(
          new ListExecutionsCommand({
            stateMachineArn,
            maxResults: limit,
            ...(cursor && { nextToken: cursor }),
            ...(status && { statusFilter: status as "RUNNING" }),
          }),
        );
        return { executions: executions.map(executionOf), ...(nextToken && { next: nextToken }) };
      } catch (error) {
        if (cursor && isNamed(error, "InvalidToken", "ValidationException")) return "bad-cursor";
        throw error;
      }
    },
  };
}

/** What Step Functions says of a token whose task has ended, was stopped, or was answered. */
const GONE = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"];

export function connectCallbacks(sfn: SFNClient = new SFNClient(SDK_SETTINGS)): Callbacks {
  const answered = async (sending: Promise<unknown>): Promise<"answered" | "gone"> => {
    try {
      await sending;
      return "answered";
    } catch (error) {
      if (isNamed(error, ...GONE)) return "gone";
      throw error;
    }
  };
  return {
    succeed: (taskToken, output) =>
      answered(sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, error, cause) =>
      answered(sfn.send(new SendTaskFailureCommand({ taskToken, error, cause }))),
  };
}
