import type { Json } from "../world/world.ts";
import type { JsonObject } from "./contract.ts";
import { StatesError } from "./errors.ts";

/** As GetExecutionHistory returns it; `timestamp` in epoch seconds. */
export type HistoryEvent = JsonObject & {
  id: number;
  previousEventId: number;
  type: string;
  timestamp: number;
};

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/limits-overview.html (executions) */
export const MAX_EVENTS = 25_000;

const detailsKey = (type: string): string => {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
};

/** The events of one execution, in AWS's names and shapes. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;
  readonly #limit: number;

  constructor(now: () => number, limit = MAX_EVENTS) {
    this.#now = now;
    this.#limit = limit;
  }

  /**
   * Adds an event and returns its id. The last place is kept for the execution's own end;
   * whoever would take it gets States.Runtime, which ends the execution.
   */
  add(type: string, previousEventId: number, details?: JsonObject): number {
    if (this.events.length >= this.#limit - 1)
      throw new StatesError(
        "States.Runtime",
        `The execution reached the maximum number of history events (${this.#limit}).`,
      );
    return this.#push(type, previousEventId, details);
  }

  /** The end of the execution: it always has a place. */
  end(type: string, previousEventId: number, details?: JsonObject): number {
    return this.#push(type, previousEventId, details);
  }

  /** Whether another event has a place, for events that only accompany an end. */
  get full(): boolean {
    return this.events.length >= this.#limit - 1;
  }

  #push(type: string, previousEventId: number, details: JsonObject | undefined): number {
    const id = this.events.length + 1;
    const event: HistoryEvent = { id, previousEventId, type, timestamp: this.#now() / 1000 };
    if (details) event[detailsKey(type)] = details;
    this.events.push(event);
    return id;
  }
}

/** The details of an event, whatever its type calls them. */
export function detailsOf(event: HistoryEvent): JsonObject {
  const details: Json | undefined = event[detailsKey(event.type)];
  return typeof details === "object" && details !== null && !Array.isArray(details) ? details : {};
}

/** Leaves out what is undefined: absent is not null. */
export function compact(details: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(details).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
