import { setTimeout as sleep } from "node:timers/promises";
import type { VirtualClock } from "./clock.ts";

/** How often time is moved on. */
const REAL_STEP_MS = 50;
/** A machine that slept, or that was busy elsewhere, is not caught up with: it would be a leap for whoever watches. */
const LONGEST_REAL_STEP_MS = 1_000;

export interface Pace {
  /** Rejects with what a part of the world threw. Resolves when stopped. */
  readonly ended: Promise<void>;
  /** Resolves when time stands still again. */
  stop(): Promise<void>;
}

/**
 * Lets virtual time follow this machine's, `speed` times as fast: for people who look at the world while it lives.
 * Not "until nothing is left to do": a world is never quiet, it renews certificates in sixty days.
 */
export function followRealTime(clock: VirtualClock, speed: number): Pace {
  let stopped = false;
  const follow = async (): Promise<void> => {
    let last = performance.now();
    while (!stopped) {
      await sleep(REAL_STEP_MS);
      const now = performance.now();
      const elapsed = Math.min(now - last, LONGEST_REAL_STEP_MS);
      last = now;
      // Whole milliseconds, as all times of the world are.
      await clock.runTo(clock.now() + Math.round(elapsed * speed));
    }
  };
  const ended = follow();
  return {
    ended,
    stop: async () => {
      stopped = true;
      await ended.catch(() => undefined);
    },
  };
}
