import { RunCancelledError } from "./errors.ts";
import type { RunTable } from "./ports.ts";

/**
 * Between a plan and its apply: is the run still wanted? Asked once a layer, at the last moment at which nothing
 * of it has been changed; an apply under way goes on to its end.
 * @throws RunCancelledError (not retryable) naming who cancelled, when and why
 */
export async function refuseCancelled(runId: string, runs: Pick<RunTable, "read">): Promise<void> {
  const cancel = (await runs.read(runId))?.cancel;
  if (cancel) throw new RunCancelledError(`cancelled by ${cancel.by} at ${cancel.at}: ${cancel.reason}`);
}
