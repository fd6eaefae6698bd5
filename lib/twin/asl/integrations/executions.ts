import { AwsError } from "../../aws/contract.ts";
import { COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import { isObject, type TaskAttempt } from "../contract.ts";
import { StatesError } from "../errors.ts";
import type { Caller } from "./caller.ts";
import { Jobs } from "./jobs.ts";
import { fromService } from "./letter-case.ts";
import { serviceFailure } from "./service-errors.ts";

const statusOf = (world: World, executionArn: string): string | undefined =>
  world.collection<{ status: string }>(COLLECTIONS.executions).get(executionArn)?.status;

export function executionJobs(world: World): Jobs {
  return new Jobs(world, "states.execution.changed", (data) =>
    isObject(data) && data.status !== "RUNNING" && typeof data.executionArn === "string"
      ? data.executionArn
      : undefined,
  );
}

/** Members of StartExecution's request, its input as the JSON text that the API takes. */
function request(input: Json): Json {
  const { StateMachineArn = "", Name, Input = {} } = isObject(input) ? input : {};
  const text = typeof Input === "string" ? Input : JSON.stringify(Input);
  return { stateMachineArn: StateMachineArn, input: text, ...(Name === undefined ? {} : { name: Name }) };
}

export async function startExecution(caller: Caller, input: Json, failedEvent?: string): Promise<Json> {
  try {
    return fromService("states", await caller.call("states", "StartExecution", request(input)));
  } catch (thrown) {
    throw serviceFailure("states", thrown, failedEvent);
  }
}

/** With `.sync:2` the child's output is JSON, with `.sync` its text. */
function described(answer: Json, parseOutput: boolean): { [key: string]: Json } {
  const named = fromService("states", answer);
  const result = isObject(named) ? named : {};
  if (!parseOutput) return result;
  const parse = (text: Json | undefined): Json =>
    typeof text === "string" ? (JSON.parse(text) as Json) : null;
  return {
    ...result,
    Input: parse(result.Input),
    ...(result.Output === undefined ? {} : { Output: parse(result.Output) }),
  };
}

/** `states:startExecution.sync` and `.sync:2`; a stop of the state stops the child. */
export function startExecutionSync(
  caller: Caller,
  jobs: Jobs,
  input: Json,
  parseOutput: boolean,
): TaskAttempt {
  let child: string | undefined;
  const submitted = startExecution(caller, input, "SubmitFailed").then((started) => {
    child = isObject(started) ? String(started.ExecutionArn) : "";
    return started;
  });
  const result = submitted.then(async () => {
    const executionArn = child ?? "";
    await jobs.over(executionArn, statusOf(caller.world, executionArn) !== "RUNNING");
    const answer = await caller
      .call("states", "DescribeExecution", { executionArn })
      .catch((thrown: unknown) => {
        throw serviceFailure("states", thrown);
      });
    const outcome = described(answer, parseOutput);
    if (outcome.Status === "SUCCEEDED") return outcome;
    throw new StatesError("States.TaskFailed", JSON.stringify(outcome));
  });
  return {
    submitted,
    result,
    abort: () => {
      if (child === undefined) return;
      caller.call("states", "StopExecution", { executionArn: child }).catch((thrown: unknown) => {
        if (!(thrown instanceof AwsError)) throw thrown;
      });
    },
  };
}
