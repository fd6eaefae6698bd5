import type { Clock } from "../clock.ts";
import { StatesError } from "./errors.ts";

/** TimeoutSeconds and HeartbeatSeconds of one attempt, in virtual time. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heartbeatMilliseconds: number | undefined;
  #fail: (failure: StatesError) => void = () => undefined;
  #stopTimeout: () => void = () => undefined;
  #stopHeartbeat: () => void = () => undefined;
  readonly missed: Promise<never>;

  constructor(clock: Clock, timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined) {
    this.#clock = clock;
    this.missed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.missed.catch(() => undefined);
    if (timeoutSeconds !== undefined)
      this.#stopTimeout = clock.schedule(clock.now() + timeoutSeconds * 1000, () =>
        this.#fail(new StatesError("States.Timeout", undefined, "TimedOut")),
      );
    this.#heartbeatMilliseconds = heartbeatSeconds === undefined ? undefined : heartbeatSeconds * 1000;
    this.beat();
  }

  /** A sign of life: the heartbeat's time begins anew. */
  beat(): void {
    if (this.#heartbeatMilliseconds === undefined) return;
    this.#stopHeartbeat();
    this.#stopHeartbeat = this.#clock.schedule(this.#clock.now() + this.#heartbeatMilliseconds, () =>
      this.#fail(new StatesError("States.HeartbeatTimeout", undefined, "TimedOut")),
    );
  }

  stop(): void {
    this.#stopTimeout();
    this.#stopHeartbeat();
  }
}
