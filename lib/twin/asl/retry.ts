import { handles, type StatesError } from "./errors.ts";

/** One entry of a `Retry` field, AWS's defaults filled in. */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number | undefined;
  readonly fullJitter: boolean;
}

/**
 * The retries of one visit to a state. Each retrier counts for itself.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
 */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();
  readonly #random: () => number;

  constructor(retriers: readonly Retrier[], random: () => number) {
    this.#retriers = retriers;
    this.#random = random;
  }

  /** Milliseconds until the next attempt, or undefined when there is none. */
  next(failure: StatesError): number | undefined {
    const retrier = this.#retriers.find((candidate) => handles(candidate.errorEquals, failure));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.maxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const grown = retrier.intervalSeconds * retrier.backoffRate ** used;
    const seconds = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return Math.round(1000 * seconds * (retrier.fullJitter ? this.#random() : 1));
  }
}
