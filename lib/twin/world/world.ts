import type { Clock } from "../clock.ts";
import { Draws } from "./draws.ts";
import { seededRandom } from "./random.ts";

/** Plain JSON: all that a world may hold, so that it can be saved, compared and loaded again. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Something that will happen: data, not a closure, so that it survives in a world file. */
export interface PendingEvent {
  readonly at: number;
  readonly topic: string;
  readonly data: Json;
}

/** A named set of records, iterated in the order of their keys. Records are replaced whole, never mutated. */
export class Collection<T> {
  readonly #records = new Map<string, T>();
  /** Sorted at the first question after a key has come or gone. */
  #keys: readonly string[] | undefined;
  get(key: string): T | undefined {
    return this.#records.get(key);
  }
  has(key: string): boolean {
    return this.#records.has(key);
  }
  set(key: string, record: T): void {
    if (!this.#records.has(key)) this.#keys = undefined;
    this.#records.set(key, record);
  }
  /** Sets what `change` makes of the record; throws if there is none. */
  update(key: string, change: (record: T) => T): T {
    const record = this.#records.get(key);
    if (record === undefined) throw new Error(`no record ${key}`);
    const changed = change(record);
    this.#records.set(key, changed);
    return changed;
  }
  delete(key: string): boolean {
    this.#keys = undefined;
    return this.#records.delete(key);
  }
  keys(): string[] {
    return [...this.#sorted()];
  }
  entries(): [string, T][] {
    return this.#sorted().map((key) => [key, this.#records.get(key) as T]);
  }
  values(): T[] {
    return this.#sorted().map((key) => this.#records.get(key) as T);
  }
  #sorted(): readonly string[] {
    this.#keys ??= [...this.#records.keys()].sort();
    return this.#keys;
  }
}

export interface WorldSnapshot {
  readonly now: number;
  readonly seed: number;
  readonly drawn: number;
  readonly collections: Record<string, Record<string, Json>>;
  readonly pending: readonly PendingEvent[];
}

type Reaction = (data: Json) => void;

/**
 * Everything that is, outside Strata: AWS's resources, clusters and their objects, DNS, the faults in them.
 * It knows nothing of what will be asked of it. Parts of the world talk through two channels:
 * `emit` (something has just happened; reactions run at once) and `schedule` (something will happen).
 */
export class World {
  readonly clock: Clock;
  readonly seed: number;
  readonly #collections = new Map<string, Collection<unknown>>();
  readonly #reactions = new Map<string, Reaction[]>();
  readonly #pending = new Set<PendingEvent>();
  #drawn = 0;
  readonly #random: (index: number) => number;

  constructor(clock: Clock, seed = 1) {
    this.clock = clock;
    this.seed = seed;
    this.#random = seededRandom(seed);
  }

  /** The records of one kind; `records.ts` gives the types of those that more than one part reads. */
  collection<T>(name: string): Collection<T> {
    const existing = this.#collections.get(name);
    if (existing) return existing as Collection<T>;
    const made = new Collection<T>();
    this.#collections.set(name, made as Collection<unknown>);
    return made;
  }

  /** Reacts to a topic, whether emitted now or scheduled earlier. Parts register once, when the twin is built. */
  on<T extends Json>(topic: string, reaction: (data: T) => void): void {
    const reactions = this.#reactions.get(topic) ?? [];
    reactions.push(reaction as Reaction);
    this.#reactions.set(topic, reactions);
  }

  emit(topic: string, data: Json): void {
    for (const reaction of this.#reactions.get(topic) ?? []) reaction(data);
  }

  /** Emits `topic` after `milliseconds` of virtual time. A topic nobody reacts to is a mistake: it throws. */
  schedule(milliseconds: number, topic: string, data: Json): void {
    this.#schedule({ at: this.clock.now() + milliseconds, topic, data });
  }

  /** Random numbers for one subject (an object's key, say) at this instant, whatever else was drawn before. */
  drawsOf(subject: string): Draws {
    return new Draws(`${this.seed}\0${subject}\0${this.clock.now()}`);
  }

  /** In [0, 1), the same sequence for the same seed. */
  random(): number {
    return this.#random(this.#drawn++);
  }

  /** Lower-case hexadecimal digits, the same sequence for the same seed. */
  hex(length: number): string {
    return Array.from({ length }, () => Math.floor(this.random() * 16).toString(16)).join("");
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }

  save(): WorldSnapshot {
    const collections: Record<string, Record<string, Json>> = {};
    for (const name of [...this.#collections.keys()].sort()) {
      const entries = this.collection<Json>(name).entries();
      if (entries.length > 0) collections[name] = Object.fromEntries(entries);
    }
    const pending = [...this.#pending].sort((a, b) => a.at - b.at);
    return structuredClone({
      now: this.clock.now(),
      seed: this.seed,
      drawn: this.#drawn,
      collections,
      pending,
    });
  }

  /** Fills this (empty) world from a snapshot; its clock must already stand at `snapshot.now`. */
  restore(snapshot: WorldSnapshot): void {
    this.#drawn = snapshot.drawn;
    for (const [name, records] of Object.entries(snapshot.collections))
      for (const [key, record] of Object.entries(records)) this.collection<Json>(name).set(key, record);
    for (const event of snapshot.pending) this.#schedule(event);
  }

  #schedule(event: PendingEvent): void {
    if (!this.#reactions.has(event.topic)) throw new Error(`nothing reacts to the topic ${event.topic}`);
    this.#pending.add(event);
    this.clock.schedule(event.at, () => {
      this.#pending.delete(event);
      this.emit(event.topic, event.data);
    });
  }
}
