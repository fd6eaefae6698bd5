import type { Json } from "../world/world.ts";
import { Cancellation } from "./cancellation.ts";
import type { JsonObject } from "./contract.ts";
import type { Machine, State } from "./definition.ts";
import { Cancelled, StatesError } from "./errors.ts";
import { compact, History } from "./history.ts";
import type { Frame, Run } from "./run.ts";
import type { Child } from "./states/distributed-map.ts";
import { runChoice, runFail, runPass, runSucceed } from "./states/flow.ts";
import { runMap } from "./states/map.ts";
import { runParallel } from "./states/parallel.ts";
import { runTask } from "./states/task.ts";
import { runWait } from "./states/wait.ts";
import { type Step, Visit } from "./visit.ts";

export type Outcome =
  | { readonly status: "SUCCEEDED"; readonly output: Json }
  | { readonly status: "FAILED" | "ABORTED"; readonly error?: string; readonly cause?: string }
  | { readonly status: "TIMED_OUT" };

export interface Execution {
  readonly run: Run;
  readonly finished: Promise<Outcome>;
  stop(error?: string, cause?: string): void;
}

function runState(frame: Frame, state: State, input: Json): Promise<Step> {
  const visit = new Visit(frame, state, input);
  switch (state.type) {
    case "Task":
      if (!state.resource) throw new Error(`Task ${state.name} has no resource`);
      return runTask(visit, state.resource);
    case "Pass":
      return runPass(visit);
    case "Choice":
      return runChoice(visit);
    case "Wait":
      return runWait(visit);
    case "Parallel":
      return runParallel(visit, runMachine);
    case "Map":
      return runMap(visit, runMachine, runChild);
    case "Succeed":
      return runSucceed(visit);
    case "Fail":
      return runFail(visit);
  }
}

/** From StartAt to the end of a machine, a branch or an iteration; rejects with StatesError or Cancelled. */
async function runMachine(machine: Machine, frame: Frame, input: Json): Promise<Json> {
  const { clock, limits } = frame.run;
  let step: Step = { output: input, next: machine.startAt };
  while (step.next !== undefined) {
    await frame.cancellation.guard(clock.sleep(limits.transitionMilliseconds));
    const state = machine.states.get(step.next);
    if (!state) throw new Error(`no state ${step.next}`);
    step = await runState(frame, state, step.output);
  }
  return step.output;
}

/** An item of a distributed Map as an execution of its own. */
function runChild(parent: Run, machine: Machine, label: string, index: number, input: Json): Child {
  const { identity, clock } = parent;
  const executionName = parent.ambience.uuid();
  const run: Run = {
    ...parent,
    input,
    startedAt: clock.now(),
    history: new History(() => clock.now()),
    identity: {
      ...identity,
      executionName,
      executionArn: `${identity.stateMachineArn.replace(":stateMachine:", ":execution:")}/${label}:${executionName}`,
    },
  };
  const { finished, stop } = execute(machine, run);
  return {
    stop,
    finished: finished.then((outcome) => {
      if (outcome.status === "SUCCEEDED") return outcome.output;
      if (outcome.status === "ABORTED") throw new Cancelled();
      if (outcome.status === "TIMED_OUT") throw new StatesError("States.Timeout", `item ${index} timed out`);
      throw new StatesError(outcome.error, outcome.cause);
    }),
  };
}

const TYPES = {
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  ABORTED: "ExecutionAborted",
  TIMED_OUT: "ExecutionTimedOut",
} as const;

function endDetails(outcome: Outcome): JsonObject {
  if (outcome.status === "SUCCEEDED")
    return { output: JSON.stringify(outcome.output), outputDetails: { truncated: false } };
  if (outcome.status === "TIMED_OUT") return {};
  return compact({ error: outcome.error, cause: outcome.cause });
}

function begin(machine: Machine, run: Run, frame: Frame): Promise<Outcome> {
  run.history.add("ExecutionStarted", 0, {
    input: JSON.stringify(run.input),
    inputDetails: { truncated: false },
    roleArn: run.identity.roleArn,
  });
  return runMachine(machine, frame, run.input).then(
    (output) => ({ status: "SUCCEEDED", output }),
    (thrown: unknown) => {
      if (!(thrown instanceof StatesError)) throw thrown;
      const { error, causeText } = thrown;
      return {
        status: "FAILED",
        ...(error === undefined ? {} : { error }),
        ...(causeText === undefined ? {} : { cause: causeText }),
      };
    },
  );
}

/** Starts an execution; `run.history` grows while the clock moves. */
export function execute(machine: Machine, run: Run): Execution {
  const frame: Frame = {
    run,
    cancellation: new Cancellation(),
    outerVariables: {},
    variables: {},
    last: 0,
  };
  let cutOff: (outcome: Outcome) => void = () => undefined;
  let ended = false;
  const finished = new Promise<Outcome>((resolve, reject) => {
    const end = (outcome: Outcome): void => {
      if (ended) return;
      ended = true;
      forget();
      run.history.end(TYPES[outcome.status], frame.last, endDetails(outcome));
      resolve(outcome);
    };
    cutOff = (outcome) => {
      if (ended) return;
      frame.cancellation.cancel();
      end(outcome);
    };
    const forget =
      machine.timeoutSeconds === undefined
        ? () => undefined
        : run.clock.schedule(run.startedAt + machine.timeoutSeconds * 1000, () =>
            cutOff({ status: "TIMED_OUT" }),
          );
    begin(machine, run, frame).then(end, (thrown: unknown) => {
      if (!(thrown instanceof Cancelled)) reject(thrown);
    });
  });
  return {
    run,
    finished,
    stop: (error, cause) =>
      cutOff({
        status: "ABORTED",
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      }),
  };
}
