import type { Container } from "./container.ts";

/**
 * Containers that outlive the world in which they were started: whoever opens many worlds on one assembly loads
 * each bundle once. In a new world a kept container is a cold one all the same, as far as anybody there can see;
 * what its module remembers, it may remember on Lambda, too.
 */
export class KeptContainers {
  readonly #kept = new Map<string, Container[]>();

  /** One of this function and this role that is not in use. */
  take(key: string): Container | undefined {
    const kept = this.#kept.get(key);
    for (let container = kept?.pop(); container; container = kept?.pop())
      if (container.alive) return container;
    return undefined;
  }

  keep(key: string, container: Container): void {
    this.#kept.set(key, [...(this.#kept.get(key) ?? []), container]);
  }

  async close(): Promise<void> {
    const all = [...this.#kept.values()].flat();
    this.#kept.clear();
    await Promise.all(all.map((container) => container.close()));
  }
}
