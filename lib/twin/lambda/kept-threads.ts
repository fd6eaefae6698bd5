import type { Thread } from "./thread.ts";

/**
 * Threads that have nothing to do, by their function. They may outlive the world in which they were started: whoever
 * opens many worlds on one assembly loads each bundle once. In a new world the first call is cold all the same, as far
 * as anybody there can see; what the module remembers, it may remember on Lambda, too.
 */
export class KeptThreads {
  readonly #kept = new Map<string, Thread[]>();

  /** One of this function and this role that is not in use. */
  take(key: string): Thread | undefined {
    const kept = this.#kept.get(key);
    for (let thread = kept?.pop(); thread; thread = kept?.pop()) if (thread.alive) return thread;
    return undefined;
  }

  keep(key: string, thread: Thread): void {
    this.#kept.set(key, [...(this.#kept.get(key) ?? []), thread]);
  }

  async close(): Promise<void> {
    const all = [...this.#kept.values()].flat();
    this.#kept.clear();
    await Promise.all(all.map((thread) => thread.close()));
  }
}
