import type { ApiObject } from "../api-object.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { storageKeyOf } from "../kinds/resource-kind.ts";
import type { ChangeType } from "./object-store.ts";

export interface Change {
  readonly type: ChangeType;
  readonly revision: number;
  readonly kind: ResourceKind;
  readonly object: ApiObject;
  /** The object before, so that a watch with a selector can tell when one begins or ceases to match. */
  readonly previous: ApiObject | undefined;
}

/** How many changes a watch can go back; etcd keeps five minutes of them. */
const REMEMBERED = 5_000;

/** The latest changes of a cluster in their order, for watches. */
export class ChangeLog {
  #changes: Change[] = [];
  readonly #listeners = new Map<string, Set<(change: Change) => void>>();
  /** Changes up to this revision may be forgotten. */
  #forgotten = 0;

  constructor(startsAt: number) {
    this.#forgotten = startsAt;
  }

  append(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length > 2 * REMEMBERED) {
      this.#changes = this.#changes.slice(-REMEMBERED);
      this.#forgotten = (this.#changes[0]?.revision ?? 1) - 1;
    }
    for (const listener of this.#listeners.get(storageKeyOf(change.kind)) ?? []) listener(change);
  }

  /** The changes after a revision; undefined if some of them are forgotten. */
  since(revision: number, kind: ResourceKind): Change[] | undefined {
    if (revision < this.#forgotten) return undefined;
    const key = storageKeyOf(kind);
    return this.#changes.filter((change) => change.revision > revision && storageKeyOf(change.kind) === key);
  }

  subscribe(kind: ResourceKind, listener: (change: Change) => void): () => void {
    const key = storageKeyOf(kind);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}
