import type { Json } from "../../world/world.ts";
import type { Machine } from "../definition.ts";
import { Cancelled, StatesError } from "../errors.ts";
import type { Run } from "../run.ts";
import type { Visit } from "../visit.ts";

/** A child execution of a distributed Map; it has a history of its own. */
export interface Child {
  readonly finished: Promise<Json>;
  stop(): void;
}
export type RunChildren = (parent: Run, machine: Machine, label: string, index: number, input: Json) => Child;

/** Child executions that run at once when the Map sets no limit. @see quota of Distributed Map */
const DISTRIBUTED_CONCURRENCY = 10_000;

/** The children of one Map Run, as many at once as allowed. */
class MapRun {
  readonly results = new Map<number, Json>();
  failed = 0;
  readonly #inputs: readonly Json[];
  readonly #start: (index: number, input: Json) => Child;
  readonly #tolerated: number;
  readonly #running = new Set<Child>();
  #next = 0;

  constructor(inputs: readonly Json[], tolerated: number, start: (index: number, input: Json) => Child) {
    this.#inputs = inputs;
    this.#tolerated = tolerated;
    this.#start = start;
  }

  get exceeded(): boolean {
    return this.failed > this.#tolerated;
  }

  async line(): Promise<void> {
    while (this.#next < this.#inputs.length) {
      const index = this.#next++;
      await this.#runOne(index, this.#start(index, this.#inputs[index] ?? null));
    }
  }

  stop(): void {
    this.#next = this.#inputs.length;
    for (const child of this.#running) child.stop();
  }

  async #runOne(index: number, child: Child): Promise<void> {
    this.#running.add(child);
    try {
      this.results.set(index, await child.finished);
    } catch (thrown) {
      if (thrown instanceof Cancelled) return;
      if (!(thrown instanceof StatesError)) throw thrown;
      this.failed += 1;
    } finally {
      this.#running.delete(child);
    }
    if (this.exceeded) this.stop();
  }
}

/**
 * Runs every item as a child execution. Failures within the tolerance leave no result; beyond it the others
 * are stopped and the Map fails. The children are not records of the world: only their results come back.
 */
export async function runDistributed(
  visit: Visit,
  inputs: readonly Json[],
  options: { concurrency: number; percentage: number; count: number },
  runChildren: RunChildren,
): Promise<Json[]> {
  const { run, cancellation } = visit.frame;
  const [machine] = visit.state.machines;
  if (!machine) throw new Error(`Map ${visit.state.name} has no processor`);
  const label = String(visit.state.fields.Label ?? visit.state.name);
  const family = run.identity.stateMachineArn.replace(":stateMachine:", ":mapRun:");
  visit.add("MapRunStarted", { mapRunArn: `${family}/${label}:${run.ambience.uuid()}` });
  const tolerated = Math.max(options.count, Math.floor((options.percentage / 100) * inputs.length));
  const mapRun = new MapRun(inputs, tolerated, (index, input) =>
    runChildren(run, machine, label, index, input),
  );
  visit.stopWork = () => mapRun.stop();
  const lines = Math.min(options.concurrency || DISTRIBUTED_CONCURRENCY, inputs.length);
  await cancellation.guard(Promise.all(Array.from({ length: lines }, () => mapRun.line())));
  if (mapRun.exceeded) {
    const cause = "The specified tolerated failure threshold was exceeded";
    visit.add("MapRunFailed", { error: "States.ExceedToleratedFailureThreshold", cause });
    throw new StatesError("States.ExceedToleratedFailureThreshold", cause);
  }
  visit.add("MapRunSucceeded");
  return [...mapRun.results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
