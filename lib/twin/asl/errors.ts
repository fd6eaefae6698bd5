/**
 * A failure inside an execution, with the error name that Retry and Catch see.
 * Both texts may be absent: a Fail state need not give any.
 */
export class StatesError extends Error {
  readonly error: string | undefined;
  readonly causeText: string | undefined;
  /** The history event that this failure was, when it was not simply the attempt failing. */
  readonly eventType: string | undefined;

  constructor(error: string | undefined, causeText?: string, eventType?: string) {
    super(`${error ?? "(no error name)"}: ${causeText ?? ""}`);
    this.name = "StatesError";
    this.error = error;
    this.causeText = causeText;
    this.eventType = eventType;
  }

  /** What `$states.errorOutput` holds; AWS writes empty texts where there are none. */
  get output(): { Error: string; Cause: string } {
    return { Error: this.error ?? "", Cause: this.causeText ?? "" };
  }
}

/**
 * Neither Retry nor Catch sees these, not even by name.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (States.ALL, States.Runtime)
 */
const TERMINAL: readonly (string | undefined)[] = ["States.Runtime", "States.DataLimitExceeded"];

/** `States.TaskFailed` stands for every error but a timeout. */
const TIMEOUTS: readonly (string | undefined)[] = ["States.Timeout", "States.HeartbeatTimeout"];

/** Whether a retrier or catcher naming `patterns` handles the error. */
export function handles(patterns: readonly string[], failure: StatesError): boolean {
  if (TERMINAL.includes(failure.error)) return false;
  return patterns.some((pattern) => {
    if (pattern === "States.ALL" || pattern === failure.error) return true;
    if (pattern === "States.TaskFailed") return !TIMEOUTS.includes(failure.error);
    // A missed heartbeat is documented as one of the two ways into States.Timeout.
    return pattern === "States.Timeout" && failure.error === "States.HeartbeatTimeout";
  });
}

/** The definition is not one that this interpreter runs exactly as AWS does; nothing of it is run. */
export class DefinitionError extends Error {
  constructor(location: string, problem: string) {
    super(`${problem} at ${location || "/"}`);
    this.name = "DefinitionError";
  }
}

/** The execution, or the Parallel or Map around this state, has been stopped. Never caught by a definition. */
export class Cancelled extends Error {
  constructor() {
    super("cancelled");
    this.name = "Cancelled";
  }
}
