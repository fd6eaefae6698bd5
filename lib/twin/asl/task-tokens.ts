import { AwsError } from "../aws/contract.ts";
import type { Clock } from "../clock.ts";
import type { Json } from "../world/world.ts";
import { StatesError } from "./errors.ts";

interface Waiting {
  resolve(output: Json): void;
  reject(failure: StatesError): void;
  heartbeat(): void;
}

/** The open task tokens of all executions: who waits for which answer. */
export class TaskTokens {
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #known = new Set<string>();

  /** `delay`: virtual milliseconds from a callback to the state's going on. */
  constructor(clock: Clock, delay: number) {
    this.#clock = clock;
    this.#delay = delay;
  }

  /** Opens a token; `close` must be called when the state stops waiting. */
  open(token: string, onHeartbeat: () => void): { result: Promise<Json>; close(): void } {
    this.#known.add(token);
    const result = new Promise<Json>((resolve, reject) => {
      this.#waiting.set(token, { resolve, reject, heartbeat: onHeartbeat });
    });
    // The state may have timed out before it looks at the answer; it then fails with its own reason.
    result.catch(() => undefined);
    return { result, close: () => void this.#waiting.delete(token) };
  }

  succeed(token: string, output: Json): void {
    const waiting = this.#take(token);
    this.#clock.schedule(this.#clock.now() + this.#delay, () => waiting.resolve(output));
  }

  fail(token: string, error?: string, cause?: string): void {
    const waiting = this.#take(token);
    this.#clock.schedule(this.#clock.now() + this.#delay, () =>
      waiting.reject(new StatesError(error, cause)),
    );
  }

  heartbeat(token: string): void {
    this.#find(token).heartbeat();
  }

  /** An answer counts once: a second one finds no task. */
  #take(token: string): Waiting {
    const waiting = this.#find(token);
    this.#waiting.delete(token);
    return waiting;
  }

  #find(token: string): Waiting {
    const waiting = this.#waiting.get(token);
    if (waiting) return waiting;
    if (this.#known.has(token))
      throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
    throw new AwsError("InvalidToken", `Invalid Token: 'Invalid token'`);
  }
}
