/**
 * Virtual time. It moves only when nothing real is in flight (a Lambda, a terraform process, a request):
 * real work happens at a frozen instant, so there is never a race between real and virtual time.
 * Events at the same instant run in the order in which they were scheduled.
 */
export interface Clock {
  /** Milliseconds since the epoch, virtual. */
  now(): number;
  /** Calls `run` at `at` (not before now). The returned function takes it back. */
  schedule(at: number, run: () => void): () => void;
  /**
   * Does real work at this frozen instant and resolves (or rejects) `lasts` virtual milliseconds later.
   * `lasts` may be computed from the result; a rejection lasts `failureLasts` (0 unless given).
   */
  work<T>(real: () => Promise<T>, lasts: number | ((result: T) => number), failureLasts?: number): Promise<T>;
  /** Keeps time from moving until the returned function is called. */
  hold(): () => void;
  /** Resolves `milliseconds` of virtual time later. */
  sleep(milliseconds: number): Promise<void>;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Lets every promise continuation that is due run: they all precede the next macrotask. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #holds = 0;
  #queue: Entry[] = [];
  #wake: (() => void) | undefined;

  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  schedule(at: number, run: () => void): () => void {
    return this.#push(at, this.#order++, run);
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      if (this.#holds === 0) this.#wake?.();
    };
  }

  async work<T>(
    real: () => Promise<T>,
    lasts: number | ((result: T) => number),
    failureLasts = 0,
  ): Promise<T> {
    // The order is taken at the start: which of two works ends first in real time must not matter.
    const order = this.#order++;
    const startedAt = this.#now;
    const release = this.hold();
    return new Promise<T>((resolve, reject) => {
      real().then(
        (result) => {
          const duration = typeof lasts === "number" ? lasts : lasts(result);
          this.#push(startedAt + duration, order, () => resolve(result));
          release();
        },
        (error: unknown) => {
          this.#push(startedAt + failureLasts, order, () => reject(error));
          release();
        },
      );
    });
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.schedule(this.#now + milliseconds, resolve));
  }

  /**
   * Moves time from event to event until `done` says so or nothing is left to happen.
   * @returns whether `done` said so.
   */
  async runUntil(done: () => boolean): Promise<boolean> {
    for (;;) {
      await settle();
      if (this.#holds > 0) {
        await this.#released();
        continue;
      }
      if (done()) return true;
      const next = this.#pop();
      if (!next) return false;
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
  }

  /** Moves time to `at`, through every event on the way. */
  async runTo(at: number): Promise<void> {
    let reached = false;
    this.schedule(at, () => {
      reached = true;
    });
    await this.runUntil(() => reached);
  }

  #released(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #push(at: number, order: number, run: () => void): () => void {
    const entry: Entry = { at: Math.max(at, this.#now), order, run, cancelled: false };
    this.#queue.push(entry);
    this.#siftUp(this.#queue.length - 1);
    return () => {
      entry.cancelled = true;
    };
  }

  #siftUp(from: number): void {
    const queue = this.#queue;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const [a, b] = [queue[index], queue[parent]];
      if (!a || !b || !before(a, b)) return;
      queue[index] = b;
      queue[parent] = a;
      index = parent;
    }
  }

  #pop(): Entry | undefined {
    for (;;) {
      const top = this.#queue[0];
      const last = this.#queue.pop();
      if (!top || !last) return undefined;
      if (top !== last) {
        this.#queue[0] = last;
        this.#siftDown();
      }
      if (!top.cancelled) return top;
    }
  }

  #siftDown(): void {
    const queue = this.#queue;
    let index = 0;
    for (;;) {
      let smallest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        const [a, b] = [queue[child], queue[smallest]];
        if (a && b && before(a, b)) smallest = child;
      }
      if (smallest === index) return;
      const [a, b] = [queue[index], queue[smallest]];
      if (!a || !b) return;
      queue[index] = b;
      queue[smallest] = a;
      index = smallest;
    }
  }
}
