import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Executions } from "../run/ports.ts";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

export function connectExecutions(sfn: SFNClient = new SFNClient(SDK_SETTINGS)): Executions {
  return {
    async describe(executionArn) {
      try {
        const { status, stopDate, error, cause } = await sfn.send(
          new DescribeExecutionCommand({ executionArn }),
        );
        return {
          status: status ?? "UNKNOWN",
          ...(stopDate && { stoppedAt: stopDate }),
          ...(error && { error }),
          ...(cause && { cause }),
        };
      } catch (failure) {
        if (isNamed(failure, "ExecutionDoesNotExist")) return undefined;
        throw failure;
      }
    },
  };
}
