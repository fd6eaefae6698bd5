import type { Clock } from "../clock.ts";
import type { Json } from "../world/world.ts";
import type { Cancellation } from "./cancellation.ts";
import type { JsonObject, TaskRunner } from "./contract.ts";
import type { Ambience } from "./functions.ts";
import type { History } from "./history.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** What an execution is called and where it comes from. */
export interface Identity {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
}

export interface Limits {
  /** Modelled duration of one state transition. */
  readonly transitionMilliseconds: number;
  /** UTF-8 bytes of any input, argument, result or output. */
  readonly payloadBytes: number;
}

/** A Standard transition 30 ms (0–100), docs/latencies.md; payload 256 KiB, an AWS quota. */
export const DEFAULT_LIMITS: Limits = { transitionMilliseconds: 30, payloadBytes: 262_144 };

/** One execution while it runs: what all its states share. */
export interface Run {
  readonly identity: Identity;
  readonly input: Json;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly history: History;
  readonly runner: TaskRunner;
  readonly tokens: TaskTokens;
  readonly ambience: Ambience;
  /** Step Functions' additions to JSONata, made once an execution. */
  readonly functions: Record<string, unknown>;
  readonly limits: Limits;
}

/**
 * One line of states: the execution itself, a branch, or an iteration. It keeps the chain of its events
 * and its own variables; those of the levels outside can be read.
 */
export interface Frame {
  readonly run: Run;
  readonly cancellation: Cancellation;
  readonly outerVariables: JsonObject;
  variables: JsonObject;
  /** Id of the event that the next one follows. */
  last: number;
  /** `Map` of the context object, within an iteration. */
  readonly map?: JsonObject;
}

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
