import { VirtualClock } from "../../clock.ts";
import { seededRandom } from "../../world/random.ts";
import type { Json } from "../../world/world.ts";
import type { TaskAttempt, TaskCall, TaskRunner } from "../contract.ts";
import { StatesError } from "../errors.ts";
import { jsonataFunctions } from "../functions.ts";
import { History, type HistoryEvent } from "../history.ts";
import { execute, type Outcome } from "../interpreter.ts";
import { loadDefinition } from "../load.ts";
import { parseResource, type Resource } from "../resource.ts";
import { DEFAULT_LIMITS, type Run } from "../run.ts";
import { TaskTokens } from "../task-tokens.ts";
import type { Case, TaskResult } from "./case.ts";
import { traceHistory } from "./trace.ts";

/** Any instant does: the recorded cases mask their times. */
const START = Date.UTC(2026, 0, 1);

const never = (): Promise<Json> => new Promise(() => undefined);

const causeText = (cause: Json | undefined): string | undefined =>
  cause == null ? undefined : typeof cause === "string" ? cause : JSON.stringify(cause);

function answer(result: TaskResult): Promise<Json> {
  if (result.outcome === "succeeded") return Promise.resolve(result.output ?? null);
  if (result.outcome !== "failed") return never();
  const event = result.eventType?.replace(/^(Task|LambdaFunction|Activity)/, "");
  return Promise.reject(new StatesError(result.error ?? undefined, causeText(result.cause), event));
}

/** Plays the recorded task results back, per state and scope in the order in which they were recorded. */
class ReplayRunner implements TaskRunner {
  readonly #results: TaskResult[];
  readonly #history: History;
  readonly #anyRecorded: boolean;

  constructor(results: readonly TaskResult[], history: History) {
    this.#results = [...results];
    this.#history = history;
    this.#anyRecorded = results.length > 0;
  }

  accepts(): void {}

  /** An activity of which nothing at all was recorded had been deleted. */
  refuses(resource: Resource): string | undefined {
    if (resource.kind !== "activity" || this.#anyRecorded) return undefined;
    return `The activity ${resource.arn} does not exist.`;
  }

  start(call: TaskCall): TaskAttempt {
    const scope = traceHistory(this.#history.events)[call.scheduledEventId - 1]?.scope.join(" > ");
    const ofState = (result: TaskResult) => result.state == null || result.state === call.stateName;
    const inScope = (result: TaskResult) => result.scope != null && result.scope.join(" > ") === scope;
    const exact = this.#results.findIndex((result) => ofState(result) && inScope(result));
    const at = exact >= 0 ? exact : this.#results.findIndex(ofState);
    const [result] = at >= 0 ? this.#results.splice(at, 1) : [];
    if (!result) return { result: never(), abort: () => undefined };
    const submitted = result.submittedOutput;
    return {
      ...(submitted === undefined ? {} : { submitted: Promise.resolve(submitted) }),
      result: answer(result),
      abort: () => undefined,
    };
  }
}

/** A resource that the recording masks, by the kind that it notes. */
function resourceOf(recorded: Case): (arn: string) => Resource | undefined {
  return (arn) => {
    try {
      return parseResource(arn, "");
    } catch {
      if (recorded.features.includes("resource:activity")) return { kind: "activity", arn };
      if (recorded.features.includes("resource:lambda-arn")) return { kind: "lambda", arn };
      return undefined;
    }
  };
}

function makeRun(recorded: Case, clock: VirtualClock): Run {
  const draw = seededRandom(1);
  let drawn = 0;
  const random = () => draw(drawn++);
  const ambience = {
    now: () => clock.now(),
    random,
    uuid: () => `00000000-0000-4000-a000-${String(drawn++).padStart(12, "0")}`,
  };
  const history = new History(() => clock.now());
  const input = recorded.input ?? {};
  return {
    identity: {
      executionArn: "arn:aws:states:us-east-1:111111111111:execution:recorded:replayed",
      executionName: "replayed",
      stateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:recorded",
      stateMachineName: "recorded",
      roleArn: "arn:aws:iam::111111111111:role/recorded",
    },
    input,
    startedAt: clock.now(),
    clock,
    history,
    runner: new ReplayRunner(recorded.taskResults, history),
    tokens: new TaskTokens(clock, 0),
    ambience,
    functions: jsonataFunctions(ambience),
    limits: DEFAULT_LIMITS,
  };
}

/** Where the recorded execution was stopped from outside: before the first Aborted event. */
function eventsBeforeStop(recorded: Case): number {
  const first = recorded.events.findIndex((event) => event.type.endsWith("Aborted"));
  return first < 0 ? recorded.events.length : first;
}

/** Runs one recorded case to its end, in virtual time. Throws if it never ends or cannot be loaded. */
export async function replay(
  recorded: Case,
): Promise<{ outcome: Outcome; history: readonly HistoryEvent[] }> {
  const machine = loadDefinition(recorded.definition, {
    accepts: () => undefined,
    allowUnknownFunctions: true,
    resourceOf: resourceOf(recorded),
  });
  const clock = new VirtualClock(START);
  const run = makeRun(recorded, clock);
  const execution = execute(machine, run);
  let outcome: Outcome | undefined;
  let broken: unknown;
  execution.finished.then(
    (end) => {
      outcome = end;
    },
    (thrown: unknown) => {
      broken = thrown;
    },
  );
  if (recorded.expected.status === "ABORTED") {
    const before = eventsBeforeStop(recorded);
    await clock.runUntil(() => run.history.events.length >= before);
    execution.stop(recorded.expected.error ?? undefined, causeText(recorded.expected.cause));
  }
  await clock.runUntil(() => outcome !== undefined || broken !== undefined);
  if (broken) throw broken;
  if (!outcome) throw new Error("the execution never ends");
  return { outcome, history: run.history.events };
}
