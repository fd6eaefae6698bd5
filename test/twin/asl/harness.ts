import type { TaskAttempt, TaskCall, TaskRunner } from "../../../lib/twin/asl/contract.ts";
import { StatesError } from "../../../lib/twin/asl/errors.ts";
import { jsonataFunctions } from "../../../lib/twin/asl/functions.ts";
import { detailsOf, History } from "../../../lib/twin/asl/history.ts";
import { type Execution, execute, type Outcome } from "../../../lib/twin/asl/interpreter.ts";
import { loadDefinition } from "../../../lib/twin/asl/load.ts";
import { DEFAULT_LIMITS, type Limits, type Run } from "../../../lib/twin/asl/run.ts";
import { TaskTokens } from "../../../lib/twin/asl/task-tokens.ts";
import { VirtualClock } from "../../../lib/twin/clock.ts";
import { seededRandom } from "../../../lib/twin/world/random.ts";
import type { Json } from "../../../lib/twin/world/world.ts";

export const START = Date.UTC(2030, 0, 1);

/** What an attempt does: answers, fails, or takes its time. */
export type Behaviour = (call: TaskCall, clock: VirtualClock) => TaskAttempt | Promise<Json> | Json;

export interface Harness {
  readonly clock: VirtualClock;
  readonly tokens: TaskTokens;
  readonly calls: (TaskCall & { at: number })[];
  readonly aborted: string[];
  readonly run: Run;
  readonly execution: Execution;
  /** Type and state (or index) of each event, in order. */
  events(): string[];
  finish(): Promise<Outcome>;
}

const isAttempt = (value: unknown): value is TaskAttempt =>
  typeof value === "object" && value !== null && "abort" in value;

export const fails = (error: string, cause?: string): Promise<Json> =>
  Promise.reject(new StatesError(error, cause));

/** A Task state's ARN; the behaviour decides by the state's name. */
export const FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:any";

/** Starts a definition on a virtual clock; transitions last nothing unless a limit says so. */
export function start(
  definition: Json,
  options: {
    input?: Json;
    behaviour?: Behaviour;
    limits?: Partial<Limits>;
    historyLimit?: number;
    random?: () => number;
  } = {},
): Harness {
  const clock = new VirtualClock(START);
  const tokens = new TaskTokens(clock, 0);
  const calls: (TaskCall & { at: number })[] = [];
  const aborted: string[] = [];
  const { behaviour = () => null } = options;
  const runner: TaskRunner = {
    accepts: () => undefined,
    start(call) {
      calls.push({ ...call, at: clock.now() - START });
      const outcome = behaviour(call, clock);
      if (isAttempt(outcome)) return outcome;
      return { result: Promise.resolve(outcome), abort: () => void aborted.push(call.stateName) };
    },
  };
  const draw = seededRandom(5);
  let drawn = 0;
  const ambience = {
    now: () => clock.now(),
    random: options.random ?? (() => draw(drawn++)),
    uuid: () => `uuid-${drawn++}`,
  };
  const run: Run = {
    identity: {
      executionArn: "arn:aws:states:us-east-1:111122223333:execution:machine:one",
      executionName: "one",
      stateMachineArn: "arn:aws:states:us-east-1:111122223333:stateMachine:machine",
      stateMachineName: "machine",
      roleArn: "arn:aws:iam::111122223333:role/machine",
    },
    input: options.input ?? {},
    startedAt: START,
    clock,
    history: new History(() => clock.now(), options.historyLimit),
    runner,
    tokens,
    ambience,
    functions: jsonataFunctions(ambience),
    limits: { ...DEFAULT_LIMITS, transitionMilliseconds: 0, ...options.limits },
  };
  const execution = execute(loadDefinition(definition, { accepts: () => undefined }), run);
  let outcome: Outcome | undefined;
  execution.finished.then((end) => {
    outcome = end;
  });
  return {
    clock,
    tokens,
    calls,
    aborted,
    run,
    execution,
    events: () =>
      run.history.events.map((event) => {
        const { name, state, index } = detailsOf(event);
        return [event.type, name ?? state, index].filter((part) => part !== undefined).join(" ");
      }),
    finish: async () => {
      await clock.runUntil(() => outcome !== undefined);
      if (!outcome) throw new Error("the execution never ends");
      return outcome;
    },
  };
}

/** A JSONata machine of these states, starting at the first. */
export const machine = (states: { [name: string]: Json }): Json => ({
  QueryLanguage: "JSONata",
  StartAt: Object.keys(states)[0] ?? "",
  States: states,
});

export const task = (fields: { [key: string]: Json } = {}): Json => ({
  Type: "Task",
  Resource: FUNCTION,
  ...("Next" in fields ? {} : { End: true }),
  ...fields,
});
