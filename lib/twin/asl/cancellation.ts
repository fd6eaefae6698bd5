import { Cancelled } from "./errors.ts";

/**
 * Stops a tree of states at once and in a fixed order: listeners run in the order in which they were added,
 * before `cancel` returns, so that the history of a stopped branch is complete when its parent goes on.
 */
export class Cancellation {
  #cancelled = false;
  readonly #listeners = new Set<() => void>();

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Calls `listener` when this is cancelled; the returned function takes it back. */
  onCancel(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** The promise, or Cancelled as soon as this is cancelled. */
  guard<T>(promise: Promise<T>): Promise<T> {
    if (this.#cancelled) {
      promise.catch(() => undefined);
      return Promise.reject(new Cancelled());
    }
    return new Promise<T>((resolve, reject) => {
      const forget = this.onCancel(() => reject(new Cancelled()));
      promise.then(resolve, reject).finally(forget);
    });
  }
}
