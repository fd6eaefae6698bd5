import type { Json } from "../world/world.ts";
import { StatesError } from "./errors.ts";

interface Waiting {
  resolve(output: Json): void;
  reject(failure: StatesError): void;
  heartbeat(): void;
}

/** A token that nobody waits for any more (or never did); the API answers it with TaskTimedOut. */
export class UnknownTaskToken extends Error {
  constructor() {
    super("Task Timed Out: 'Provided task does not exist anymore'");
    this.name = "TaskTimedOut";
  }
}

/** The open task tokens of all executions: who waits for which answer. */
export class TaskTokens {
  readonly #waiting = new Map<string, Waiting>();

  /** Opens a token. `close` must be called when the state stops waiting. */
  open(token: string, onHeartbeat: () => void): { result: Promise<Json>; close(): void } {
    const result = new Promise<Json>((resolve, reject) => {
      this.#waiting.set(token, { resolve, reject, heartbeat: onHeartbeat });
    });
    // The state may have timed out before it looks at the answer; it then fails with its own reason.
    result.catch(() => undefined);
    return { result, close: () => void this.#waiting.delete(token) };
  }

  succeed(token: string, output: Json): void {
    this.#take(token).resolve(output);
  }

  fail(token: string, error?: string, cause?: string): void {
    this.#take(token).reject(new StatesError(error, cause));
  }

  heartbeat(token: string): void {
    const waiting = this.#waiting.get(token);
    if (!waiting) throw new UnknownTaskToken();
    waiting.heartbeat();
  }

  /** An answer counts once: a second one finds no task. */
  #take(token: string): Waiting {
    const waiting = this.#waiting.get(token);
    if (!waiting) throw new UnknownTaskToken();
    this.#waiting.delete(token);
    return waiting;
  }
}
