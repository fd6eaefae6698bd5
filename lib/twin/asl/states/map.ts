import type { Json } from "../../world/world.ts";
import type { JsonObject } from "../contract.ts";
import { StatesError } from "../errors.ts";
import { numberOf, pathInput } from "../fields.ts";
import { handled } from "../handled.ts";
import { resolve, resolveTemplate } from "../json-path/path.ts";
import type { Frame } from "../run.ts";
import type { Step, Visit } from "../visit.ts";
import { type RunChildren, runDistributed } from "./distributed-map.ts";
import { allOrFirstFailure, innerFrame, type RunMachine } from "./parallel.ts";

/** Iterations that an inline Map runs at once when it sets no limit. @see the Map state page of the guide */
const INLINE_CONCURRENCY = 40;

async function itemsOf(visit: Visit): Promise<Json[]> {
  const { fields, language } = visit.state;
  if (language === "JSONata") {
    if (fields.Items !== undefined) return visit.evaluateAs<Json[]>(fields.Items, "Items", "array");
    if (Array.isArray(visit.input)) return visit.input;
    const text = JSON.stringify(visit.input);
    throw visit.queryFailure(undefined, `Map state input must be an array but was: ${text}`);
  }
  const input = pathInput(visit);
  const { ItemsPath = "$" } = fields;
  const items = visit.paths(() => resolve(String(ItemsPath), "ItemsPath", visit.pathScope(input)));
  if (Array.isArray(items)) return items;
  throw visit.failure("States.Runtime", `Reference path "${String(ItemsPath)}" must point to array.`);
}

/** What one iteration begins with. */
async function itemInput(visit: Visit, value: Json, map: JsonObject): Promise<Json> {
  const { Parameters, ItemSelector = Parameters } = visit.state.fields;
  if (ItemSelector === undefined) return value;
  if (visit.state.language === "JSONata") return visit.evaluate(ItemSelector, "ItemSelector", map);
  return visit.paths(() => resolveTemplate(ItemSelector, "ItemSelector", visit.pathScope(visit.input, map)));
}

const contextOf = (value: Json, index: number): JsonObject => ({ Item: { Index: index, Value: value } });

/** The iterations of an inline Map, at most `concurrency` at once, in the order of the items. */
class Iterations {
  readonly #visit: Visit;
  readonly #items: readonly Json[];
  readonly #runMachine: RunMachine;
  readonly #running = new Map<number, Frame>();
  readonly #results: Json[] = [];
  #next = 0;

  constructor(visit: Visit, items: readonly Json[], runMachine: RunMachine) {
    this.#visit = visit;
    this.#items = items;
    this.#runMachine = runMachine;
  }

  async run(concurrency: number, started: number): Promise<Json[]> {
    this.#visit.stopWork = () => this.#stop();
    const lines = Array.from({ length: Math.min(concurrency, this.#items.length) }, () =>
      this.#line(started),
    );
    await allOrFirstFailure(lines, () => this.#stop());
    return this.#results;
  }

  /** One iteration after the other; the next one hangs on the end of the last. */
  async #line(started: number): Promise<void> {
    let previous = started;
    while (this.#next < this.#items.length && !this.#visit.frame.cancellation.cancelled) {
      const index = this.#next++;
      previous = await this.#iterate(index, previous);
    }
  }

  async #iterate(index: number, previous: number): Promise<number> {
    const visit = this.#visit;
    const { history } = visit.frame.run;
    const details = { name: visit.state.name, index };
    const item = this.#items[index] ?? null;
    const map = contextOf(item, index);
    const input = await itemInput(visit, item, map);
    const inner = innerFrame(visit.frame, history.add("MapIterationStarted", previous, details), map);
    this.#running.set(index, inner);
    const [machine] = visit.state.machines;
    if (!machine) throw new Error(`Map ${visit.state.name} has no processor`);
    try {
      this.#results[index] = await this.#runMachine(machine, inner, input);
      // The Map goes on from here, the next iteration in this line from the last event inside.
      visit.frame.last = history.add("MapIterationSucceeded", inner.last, details);
    } catch (thrown) {
      if (thrown instanceof StatesError && !inner.cancellation.cancelled) {
        visit.frame.last = inner.last;
        if (!history.full) history.add("MapIterationFailed", inner.last, details);
      }
      throw thrown;
    } finally {
      this.#running.delete(index);
    }
    return inner.last;
  }

  #stop(): void {
    this.#next = this.#items.length;
    const { history } = this.#visit.frame.run;
    for (const [index, inner] of this.#running) {
      inner.cancellation.cancel();
      if (!history.full)
        history.add("MapIterationAborted", inner.last, { name: this.#visit.state.name, index });
    }
    this.#running.clear();
  }
}

async function attempt(visit: Visit, runMachine: RunMachine, runChildren: RunChildren): Promise<Json> {
  const { frame, state } = visit;
  const concurrency = (await numberOf(visit, "MaxConcurrency")) ?? 0;
  const percentage = (await numberOf(visit, "ToleratedFailurePercentage")) ?? 0;
  const count = (await numberOf(visit, "ToleratedFailureCount")) ?? 0;
  const items = await itemsOf(visit);
  const started = visit.add("MapStateStarted", { length: items.length });
  let results: Json[];
  if (state.distributed) {
    const inputs: Json[] = [];
    for (const [index, item] of items.entries())
      inputs.push(await itemInput(visit, item, contextOf(item, index)));
    results = await runDistributed(visit, inputs, { concurrency, percentage, count }, runChildren);
  } else {
    results = await new Iterations(visit, items, runMachine).run(concurrency || INLINE_CONCURRENCY, started);
  }
  frame.run.history.add("MapStateSucceeded", frame.last);
  return visit.limit(results, state.name);
}

export function runMap(visit: Visit, runMachine: RunMachine, runChildren: RunChildren): Promise<Step> {
  return handled(visit, () => attempt(visit, runMachine, runChildren));
}
