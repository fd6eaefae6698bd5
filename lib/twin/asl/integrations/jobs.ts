import type { World } from "../../world/world.ts";

/** Who waits for which job (a build, an execution) to end; told by the world's own events. */
export class Jobs {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** `ended` reads a topic's data: the job's id when it is over, undefined otherwise. */
  constructor(world: World, topic: string, ended: (data: unknown) => string | undefined) {
    world.on(topic, (data) => {
      const id = ended(data);
      if (id === undefined) return;
      const waiting = this.#waiting.get(id) ?? [];
      this.#waiting.delete(id);
      for (const resolve of waiting) resolve();
    });
  }

  /** Resolves when the job ends; at once if `isOver` says that it has. */
  over(id: string, isOver: boolean): Promise<void> {
    if (isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]);
    });
  }
}
