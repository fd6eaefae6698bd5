import type { StateMachineRecord, StatesBackend } from "../aws/backends.ts";
import { AwsError } from "../aws/contract.ts";
import { COLLECTIONS } from "../world/records.ts";
import type { Collection, Json, World } from "../world/world.ts";
import type { TaskRunner } from "./contract.ts";
import type { Machine } from "./definition.ts";
import { describe, type ExecutionRecord, ended, listed, recordOf } from "./execution-record.ts";
import { type Ambience, jsonataFunctions } from "./functions.ts";
import { History } from "./history.ts";
import { type Execution, execute } from "./interpreter.ts";
import { loadDefinition } from "./load.ts";
import { DEFAULT_LIMITS, type Identity, type Limits, type Run } from "./run.ts";
import { TaskTokens } from "./task-tokens.ts";

export interface EngineOptions {
  readonly limits?: Partial<Limits>;
  /** Task token callback to the next state: 100 ms (50–500). @see docs/latencies.md */
  readonly callbackMilliseconds?: number;
}

const CALLBACK_MILLISECONDS = 100;

const seconds = (milliseconds: number): number => milliseconds / 1000;

/**
 * Definitions that were checked in this process, by what judges their resources: hundreds of expressions are
 * parsed for a pipeline, and one process may open many worlds with the same.
 */
const checked = new WeakMap<TaskRunner["accepts"], Map<string, Machine>>();

/**
 * Step Functions over the world: machines are records of the world, executions become records of it, and each
 * change of an execution's status is emitted as `states.execution.changed`. An execution that runs lives in
 * this object; a saved world keeps what has ended.
 */
export class StepFunctionsEngine implements StatesBackend {
  readonly tokens: TaskTokens;
  readonly #world: World;
  readonly #runner: TaskRunner;
  readonly #limits: Limits;
  readonly #running = new Map<string, Execution>();
  readonly #loaded = new WeakMap<StateMachineRecord, Machine>();
  readonly #ambience: Ambience;

  constructor(world: World, runner: TaskRunner, options: EngineOptions = {}) {
    this.#world = world;
    this.#runner = runner;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.tokens = new TaskTokens(world.clock, options.callbackMilliseconds ?? CALLBACK_MILLISECONDS);
    this.#ambience = {
      now: () => world.clock.now(),
      random: () => world.random(),
      uuid: () => world.uuid(),
    };
  }

  /** Checks a machine's definition; throws DefinitionError for anything that would not run as on AWS. */
  load(stateMachineArn: string): Machine {
    const record = this.#machine(stateMachineArn);
    const loaded = this.#loaded.get(record);
    if (loaded) return loaded;
    const machine = this.#loadOnce(record.definition);
    this.#loaded.set(record, machine);
    return machine;
  }

  #loadOnce(definition: Json): Machine {
    const { accepts } = this.#runner;
    const known = checked.get(accepts) ?? new Map<string, Machine>();
    checked.set(accepts, known);
    const text = JSON.stringify(definition);
    const machine =
      known.get(text) ??
      loadDefinition(definition, { accepts: (resource) => this.#runner.accepts(resource) });
    known.set(text, machine);
    return machine;
  }

  startExecution(request: { stateMachineArn: string; name?: string; input?: string }): {
    executionArn: string;
    startDate: number;
  } {
    const machine = this.load(request.stateMachineArn);
    const { name: stateMachineName, roleArn } = this.#machine(request.stateMachineArn);
    const input = request.input ?? "{}";
    const name = request.name ?? this.#world.uuid();
    const executionArn = `${request.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const known = this.#executions.get(executionArn);
    if (known) return startedAgain(known, input);
    const identity: Identity = {
      executionArn,
      executionName: name,
      stateMachineArn: request.stateMachineArn,
      stateMachineName,
      roleArn,
    };
    const run = this.#makeRun(identity, parseInput(input, this.#limits.payloadBytes));
    const record = recordOf(identity, input, run.startedAt);
    this.#change(record);
    this.#follow(execute(machine, run), record);
    return { executionArn, startDate: seconds(record.startDate) };
  }

  describeExecution(executionArn: string): Json {
    return describe(this.#execution(executionArn));
  }

  /** Newest first, as AWS lists them. */
  listExecutions(stateMachineArn: string, statusFilter?: string): Json {
    const records = this.#executions
      .values()
      .filter((record) => record.stateMachineArn === stateMachineArn)
      .filter((record) => statusFilter === undefined || record.status === statusFilter)
      .sort((a, b) => b.startDate - a.startDate);
    return { executions: records.map(listed) };
  }

  getExecutionHistory(executionArn: string): Json {
    const record = this.#execution(executionArn);
    return { events: [...(this.#running.get(executionArn)?.run.history.events ?? record.events)] };
  }

  stopExecution(executionArn: string, error?: string, cause?: string): { stopDate: number } {
    const record = this.#execution(executionArn);
    this.#running.get(executionArn)?.stop(error, cause);
    return { stopDate: seconds(record.stopDate ?? this.#world.clock.now()) };
  }

  sendTaskSuccess(taskToken: string, output: string): void {
    let value: Json;
    try {
      value = JSON.parse(output) as Json;
    } catch {
      throw new AwsError("InvalidOutput", "Invalid Output: 'The provided output is not valid JSON'");
    }
    this.tokens.succeed(taskToken, value);
  }

  sendTaskFailure(taskToken: string, error?: string, cause?: string): void {
    this.tokens.fail(taskToken, error, cause);
  }

  sendTaskHeartbeat(taskToken: string): void {
    this.tokens.heartbeat(taskToken);
  }

  get #executions(): Collection<ExecutionRecord> {
    return this.#world.collection<ExecutionRecord>(COLLECTIONS.executions);
  }

  #machine(arn: string): StateMachineRecord {
    const record = this.#world.collection<StateMachineRecord>(COLLECTIONS.stateMachines).get(arn);
    if (record) return record;
    throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  }

  #execution(arn: string): ExecutionRecord {
    const record = this.#executions.get(arn);
    if (record) return record;
    throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  }

  #makeRun(identity: Identity, input: Json): Run {
    const { clock } = this.#world;
    return {
      identity,
      input,
      startedAt: clock.now(),
      clock,
      history: new History(() => clock.now()),
      runner: this.#runner,
      tokens: this.tokens,
      ambience: this.#ambience,
      functions: jsonataFunctions(this.#ambience),
      limits: this.#limits,
    };
  }

  /** Keeps the end as a record; a defect of the interpreter itself is not an outcome and stays unhandled. */
  #follow(execution: Execution, record: ExecutionRecord): void {
    this.#running.set(record.executionArn, execution);
    void execution.finished.then((outcome) => {
      this.#running.delete(record.executionArn);
      this.#change(ended(record, outcome, this.#world.clock.now(), execution.run.history.events));
    });
  }

  #change(record: ExecutionRecord): void {
    this.#executions.set(record.executionArn, record);
    const { events: _, ...change } = record;
    this.#world.emit("states.execution.changed", change);
  }
}

/** StartExecution is idempotent for a name with the same input while it runs. */
function startedAgain(known: ExecutionRecord, input: string): { executionArn: string; startDate: number } {
  if (known.status === "RUNNING" && known.input === input)
    return { executionArn: known.executionArn, startDate: seconds(known.startDate) };
  throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${known.executionArn}'`);
}

function parseInput(input: string, limit: number): Json {
  if (Buffer.byteLength(input) > limit)
    throw new AwsError("InvalidExecutionInput", `Invalid Execution Input: 'input exceeds ${limit} bytes'`);
  try {
    return JSON.parse(input) as Json;
  } catch {
    throw new AwsError("InvalidExecutionInput", "Invalid State Machine Execution Input: 'not valid JSON'");
  }
}
