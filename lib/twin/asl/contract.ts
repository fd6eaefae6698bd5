import type { Json } from "../world/world.ts";
import type { Resource } from "./resource.ts";

/** One attempt of a Task state, its Arguments evaluated. */
export interface TaskCall {
  readonly resource: Resource;
  readonly arguments: Json;
  readonly stateName: string;
  readonly executionArn: string;
  /** The machine's role, or the one that the state's Credentials name. */
  readonly roleArn: string;
  /** Of the attempt's Scheduled event in this execution's history. */
  readonly scheduledEventId: number;
  /** Set for activities and `.waitForTaskToken`. */
  readonly taskToken?: string;
}

/** What is under way. Every rejection is a StatesError. */
export interface TaskAttempt {
  /** What the service answered when it accepted the work (`.sync`, `.waitForTaskToken`). */
  readonly submitted?: Promise<Json>;
  /** Absent when the answer comes through the task token. */
  readonly result?: Promise<Json>;
  /** The state has timed out or was stopped: ask the service to stop too, and expect no answer. */
  abort(): void;
}

export interface TaskRunner {
  /** Throws when a definition naming this resource must not be loaded. */
  accepts(resource: Resource): void;
  /** Why the resource cannot even be scheduled, if so: the execution then fails with States.Runtime. */
  refuses?(resource: Resource): string | undefined;
  start(call: TaskCall): TaskAttempt;
}

export type JsonObject = { [key: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
