import type { Json } from "../world/world.ts";
import type { JsonObject } from "./contract.ts";
import type { Resource } from "./resource.ts";
import type { Retrier } from "./retry.ts";

export type QueryLanguage = "JSONata" | "JSONPath";
export type StateType = "Task" | "Pass" | "Choice" | "Wait" | "Parallel" | "Map" | "Succeed" | "Fail";

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly fields: JsonObject;
}

/** A state of a definition that has been checked: what is here is known to the interpreter. */
export interface State {
  readonly name: string;
  readonly type: StateType;
  readonly language: QueryLanguage;
  /** Absent where the state ends its machine, and for Choice, Succeed and Fail. */
  readonly next?: string;
  /** The state as written. */
  readonly fields: JsonObject;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
  /** Task only. */
  readonly resource?: Resource;
  /** Parallel: its branches. Map: its processor, alone. */
  readonly machines: readonly Machine[];
  /** Map only. */
  readonly distributed: boolean;
}

/** A state machine, or a branch or item processor in it. */
export interface Machine {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  /** Whole execution; top level only. */
  readonly timeoutSeconds?: number;
}

export interface LoadOptions {
  /** Throws for a resource that nobody can run. */
  accepts(resource: Resource): void;
  /** How a `Resource` text is understood, where it is not one of AWS's forms (recorded cases mask theirs). */
  resourceOf?(arn: string): Resource | undefined;
  /** AWS takes a definition that calls an unknown function and fails when it runs; the twin refuses it. */
  allowUnknownFunctions?: boolean;
}

/** What a field may hold in either query language, by state type; anything else is refused. */
export const FIELDS: Record<
  StateType,
  { both: readonly string[]; JSONata: readonly string[]; JSONPath: readonly string[] }
> = {
  Task: {
    both: ["Resource", "Retry", "Catch", "Assign", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"],
    JSONata: ["Arguments", "Output"],
    JSONPath: ["InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector"],
  },
  Pass: {
    both: ["Assign"],
    JSONata: ["Output"],
    JSONPath: ["InputPath", "OutputPath", "ResultPath", "Parameters", "Result"],
  },
  Choice: {
    both: ["Choices", "Default", "Assign"],
    JSONata: ["Output"],
    JSONPath: ["InputPath", "OutputPath"],
  },
  Wait: {
    both: ["Seconds", "Timestamp", "Assign"],
    JSONata: ["Output"],
    JSONPath: ["SecondsPath", "TimestampPath", "InputPath", "OutputPath"],
  },
  Parallel: {
    both: ["Branches", "Retry", "Catch", "Assign"],
    JSONata: ["Arguments", "Output"],
    JSONPath: ["InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector"],
  },
  Map: {
    both: [
      "ItemProcessor",
      "ItemSelector",
      "MaxConcurrency",
      "Label",
      "ToleratedFailurePercentage",
      "ToleratedFailureCount",
      "Retry",
      "Catch",
      "Assign",
    ],
    JSONata: ["Items", "Output"],
    // Iterator and Parameters are the older names of ItemProcessor and ItemSelector.
    JSONPath: [
      "ItemsPath",
      "InputPath",
      "OutputPath",
      "ResultPath",
      "ResultSelector",
      "Iterator",
      "Parameters",
    ],
  },
  Succeed: { both: [], JSONata: ["Output"], JSONPath: ["InputPath", "OutputPath"] },
  Fail: { both: ["Error", "Cause"], JSONata: [], JSONPath: ["ErrorPath", "CausePath"] },
};

export const COMMON_FIELDS: readonly string[] = ["Type", "Comment", "QueryLanguage", "Next", "End"];

/** Fields that hold states of their own: their expressions belong to those states. */
export const NESTED_FIELDS: readonly string[] = ["Branches", "ItemProcessor", "Iterator"];

export const field = (state: State, name: string): Json | undefined => state.fields[name];
