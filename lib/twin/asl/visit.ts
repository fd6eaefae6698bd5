import type { Json } from "../world/world.ts";
import type { JsonObject } from "./contract.ts";
import type { State } from "./definition.ts";
import { StatesError } from "./errors.ts";
import { type Bindings, evaluateTemplate, evaluateTyped, type JsonType, QueryFailure } from "./evaluate.ts";
import { compact } from "./history.ts";
import { PathFailure, type PathScope } from "./json-path/path.ts";
import { type Frame, iso } from "./run.ts";

/** Where a machine goes after a state; `next` is absent at its end. */
export interface Step {
  readonly output: Json;
  readonly next: string | undefined;
}

/** One visit to a state, from its Entered event to its Exited event or its failure. */
export class Visit {
  readonly frame: Frame;
  readonly state: State;
  readonly input: Json;
  readonly enteredId: number;
  retryCount = 0;
  taskToken: string | undefined;
  result: Json | undefined;
  errorOutput: JsonObject | undefined;
  /** Stops what this state has under way; runs before the state's own Aborted event. */
  stopWork: () => void = () => undefined;
  readonly #beforeId: number;
  readonly #enteredAt: number;

  constructor(frame: Frame, state: State, input: Json) {
    this.frame = frame;
    this.state = state;
    this.input = input;
    this.#beforeId = frame.last;
    this.#enteredAt = frame.run.clock.now();
    this.enteredId = this.add(`${state.type}StateEntered`, {
      name: state.name,
      input: JSON.stringify(input),
      inputDetails: { truncated: false },
    });
  }

  /** Adds an event that the chain goes on from. */
  add(type: string, details?: JsonObject): number {
    this.frame.last = this.frame.run.history.add(type, this.frame.last, details);
    return this.frame.last;
  }

  /**
   * The context object.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
   */
  context(map: JsonObject | undefined = this.frame.map): JsonObject {
    const { identity, input, startedAt } = this.frame.run;
    const retries = ["Task", "Parallel", "Map"].includes(this.state.type);
    return compact({
      Execution: {
        Id: identity.executionArn,
        Input: input,
        StartTime: iso(startedAt),
        Name: identity.executionName,
        RoleArn: identity.roleArn,
        RedriveCount: 0,
      },
      StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
      State: compact({
        Name: this.state.name,
        EnteredTime: iso(this.#enteredAt),
        RetryCount: retries ? this.retryCount : undefined,
      }),
      Task: this.taskToken === undefined ? undefined : { Token: this.taskToken },
      Map: map,
    });
  }

  bindings(map?: JsonObject): Bindings {
    const { run, outerVariables, variables } = this.frame;
    const states = compact({
      input: this.input,
      context: this.context(map),
      result: this.result,
      errorOutput: this.errorOutput,
    });
    return { ...run.functions, ...outerVariables, ...variables, states };
  }

  pathScope(input: Json = this.input, map?: JsonObject): PathScope {
    const { outerVariables, variables } = this.frame;
    return { input, context: this.context(map), variables: { ...outerVariables, ...variables } };
  }

  /** The value of a JSONata field; a failure is in the history before it is thrown. */
  async evaluate(template: Json, field: string, map?: JsonObject): Promise<Json> {
    return this.#reported(() => evaluateTemplate(template, field, this.bindings(map)));
  }

  /** The same for a field that must have one type. */
  async evaluateAs<T extends Json>(template: Json, field: string, expected: JsonType): Promise<T> {
    return this.#reported(() => evaluateTyped<T>(template, field, expected, this.bindings()));
  }

  /** An error of the state itself, in AWS's words. */
  failure(error: string, message: string): StatesError {
    const where = `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.enteredId}).`;
    return new StatesError(error, `${where} ${message}`);
  }

  /** Fails with States.QueryEvaluationError, in the history too; `field` where the value came from one. */
  queryFailure(
    field: string | undefined,
    message: string,
    previousEventId = this.#chainBeforeWork(),
  ): StatesError {
    const failure = this.failure("States.QueryEvaluationError", message);
    this.frame.last = this.frame.run.history.add(
      "EvaluationFailed",
      previousEventId,
      compact({
        error: "States.QueryEvaluationError",
        cause: failure.causeText,
        location: field,
        state: this.state.name,
      }),
    );
    return failure;
  }

  /** What JSONPath mode computes; a path that leads nowhere ends the execution, as on AWS. */
  paths<T>(compute: () => T): T {
    try {
      return compute();
    } catch (thrown) {
      if (thrown instanceof PathFailure) throw this.failure("States.Runtime", thrown.message);
      throw thrown;
    }
  }

  /** Throws States.DataLimitExceeded for a payload beyond the quota. */
  limit(value: Json, subject: string): Json {
    if (Buffer.byteLength(JSON.stringify(value)) <= this.frame.run.limits.payloadBytes) return value;
    throw new StatesError(
      "States.DataLimitExceeded",
      `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }

  exit(output: Json, assigned: JsonObject | undefined): void {
    this.limit(output, this.state.name);
    const { type, name } = this.state;
    this.add(`${type}StateExited`, {
      name,
      output: JSON.stringify(output),
      outputDetails: { truncated: false },
      ...(assigned ? assignedDetails(assigned) : {}),
    });
    if (assigned) this.frame.variables = { ...this.frame.variables, ...assigned };
  }

  async #reported<T>(evaluate: () => Promise<T>): Promise<T> {
    try {
      return await this.frame.cancellation.guard(evaluate());
    } catch (thrown) {
      if (thrown instanceof QueryFailure) throw this.queryFailure(thrown.field, thrown.message);
      throw thrown;
    }
  }

  /** AWS hangs an EvaluationFailed before the state's Entered event, unless the state has done something. */
  #chainBeforeWork(): number {
    return this.frame.last === this.enteredId ? this.#beforeId : this.frame.last;
  }
}

/** Variables in the history: every value as JSON text, names in order. */
function assignedDetails(assigned: JsonObject): JsonObject {
  const names = Object.keys(assigned).sort();
  if (names.length === 0) return {};
  return {
    assignedVariables: Object.fromEntries(names.map((name) => [name, JSON.stringify(assigned[name])])),
    assignedVariablesDetails: { truncated: false },
  };
}
