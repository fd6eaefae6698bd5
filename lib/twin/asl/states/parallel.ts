import type { Json } from "../../world/world.ts";
import { Cancellation } from "../cancellation.ts";
import type { Machine } from "../definition.ts";
import { Cancelled, StatesError } from "../errors.ts";
import { argumentsOf } from "../fields.ts";
import { handled } from "../handled.ts";
import type { Frame } from "../run.ts";
import type { Step, Visit } from "../visit.ts";

/** Runs a machine within a frame; given by the interpreter, which knows all states. */
export type RunMachine = (machine: Machine, frame: Frame, input: Json) => Promise<Json>;

/** A frame inside `outer`: it reads the variables around it and has its own. */
export function innerFrame(outer: Frame, last: number, map: Frame["map"] = outer.map): Frame {
  return {
    run: outer.run,
    cancellation: new Cancellation(),
    outerVariables: { ...outer.outerVariables, ...outer.variables },
    variables: {},
    last,
    ...(map ? { map } : {}),
  };
}

/**
 * Resolves when all have; on the first failure calls `stop`, which cancels the others, and rejects with it.
 * A cancelled one says nothing: whoever cancelled it goes on by itself.
 */
export async function allOrFirstFailure<T>(works: readonly Promise<T>[], stop: () => void): Promise<T[]> {
  let first: unknown;
  const settled = works.map((work) =>
    work.catch((thrown: unknown): never => {
      if (first === undefined && !(thrown instanceof Cancelled)) {
        first = thrown;
        stop();
      }
      throw thrown;
    }),
  );
  const results = await Promise.allSettled(settled);
  if (first !== undefined) throw first;
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

async function attempt(visit: Visit, runMachine: RunMachine): Promise<Json> {
  const { frame, state } = visit;
  const input = await argumentsOf(visit);
  const started = visit.add("ParallelStateStarted");
  const branches = state.machines.map((machine) => ({ machine, inner: innerFrame(frame, started) }));
  visit.stopWork = () => {
    for (const { inner } of branches) inner.cancellation.cancel();
  };
  const works = branches.map(async ({ machine, inner }) => {
    try {
      const output = await runMachine(machine, inner, input);
      frame.last = inner.last;
      return output;
    } catch (thrown) {
      if (thrown instanceof StatesError && !frame.cancellation.cancelled) frame.last = inner.last;
      throw thrown;
    }
  });
  const results = await allOrFirstFailure(works, () => visit.stopWork());
  frame.run.history.add("ParallelStateSucceeded", frame.last);
  return visit.limit(results, state.name);
}

export function runParallel(visit: Visit, runMachine: RunMachine): Promise<Step> {
  return handled(visit, () => attempt(visit, runMachine));
}
