import type { FunctionRecord } from "../aws/backends.ts";
import { keyOf } from "./execution-environments.ts";
import { KeptThreads } from "./kept-threads.ts";
import { type Placement, Thread } from "./thread.ts";

/**
 * The threads that do functions' work. Time stands still meanwhile, so environments of one function seldom work at
 * the same real moment: one thread serves them all, told each time whose turn it is, and a bundle is loaded once.
 * Only a call that comes while the function's threads are at work gets another one.
 */
export class Threads {
  /** Those of other worlds. */
  readonly #kept: KeptThreads | undefined;
  readonly #resting = new KeptThreads();
  /** By the function that each is of. */
  readonly #all = new Map<Thread, string>();

  constructor(kept?: KeptThreads) {
    this.#kept = kept;
  }

  /** One of this function that is not at work, put where the call is; started if there is none. */
  take(record: FunctionRecord, place: Placement): Thread {
    const key = keyOf(record);
    const thread = this.#resting.take(key) ?? this.#kept?.take(key) ?? new Thread(record, place);
    thread.move(place);
    this.#all.set(thread, key);
    return thread;
  }

  /** Its work is done. */
  rest(thread: Thread): void {
    const key = this.#all.get(thread);
    if (key === undefined) return;
    if (thread.alive) this.#resting.keep(key, thread);
    else this.#all.delete(thread);
  }

  /** Ends every one, but for those that are kept. */
  async close(): Promise<void> {
    const ending: Promise<void>[] = [];
    for (const [thread, key] of this.#all) {
      if (this.#kept && thread.alive && !thread.busy) this.#kept.keep(key, thread);
      else ending.push(thread.close());
    }
    this.#all.clear();
    await Promise.all(ending);
  }
}
