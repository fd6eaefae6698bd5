import type { Json } from "../world/world.ts";
import { handles, StatesError } from "./errors.ts";
import { leave, selectResult } from "./fields.ts";
import { Retries } from "./retry.ts";
import type { Step, Visit } from "./visit.ts";

/**
 * Runs a state that may be retried, caught and stopped: Task, Parallel and Map.
 * While it runs (and after it has failed without a catcher, inside a Parallel) a stop leaves its Aborted event.
 */
export async function handled(visit: Visit, attempt: () => Promise<Json>): Promise<Step> {
  const { frame, state } = visit;
  const { run, cancellation } = frame;
  const retries = new Retries(state.retry, () => run.ambience.random());
  const forget = cancellation.onCancel(() => {
    visit.stopWork();
    if (!run.history.full) run.history.add(`${state.type}StateAborted`, frame.last);
  });
  for (;;) {
    try {
      visit.result = undefined;
      visit.result = selectResult(visit, await attempt());
      const step = await leave(visit, visit.result, state.next);
      forget();
      return step;
    } catch (thrown) {
      if (!(thrown instanceof StatesError)) throw thrown;
      const delay = retries.next(thrown);
      if (delay === undefined) return fail(visit, thrown, forget);
      await cancellation.guard(run.clock.sleep(delay));
      visit.retryCount += 1;
    }
  }
}

/** Goes to the catcher, or fails the machine that the state is in. */
async function fail(visit: Visit, failure: StatesError, forget: () => void): Promise<Step> {
  const { frame, state } = visit;
  if (state.type !== "Task") {
    forget();
    if (!frame.run.history.full) visit.add(`${state.type}StateFailed`);
  }
  const catcher = state.catch.find((candidate) => handles(candidate.errorEquals, failure));
  if (!catcher) throw failure;
  visit.result = undefined;
  visit.errorOutput = failure.output;
  const step = await leave(visit, visit.errorOutput, catcher.next, catcher.fields);
  forget();
  return step;
}
