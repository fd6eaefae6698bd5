import type * as z from "zod";
import type { Operate } from "../answer.ts";
import { ApiProblem } from "../problem.ts";
import type { CancelRunSchema } from "../schemas.ts";
import { readRun } from "./runs.ts";

/**
 * Writes down that the run is to end. Reviews read it, so no layer is applied that was not already being applied;
 * what waits for an approval is told now, since nobody may ever answer it. Nothing is stopped.
 */
export const cancelRun: Operate = async (request, ports, settings, now) => {
  const { runId = "" } = request.path;
  const { reason } = request.body as z.infer<typeof CancelRunSchema>;
  const run = await readRun(runId, ports, settings, now);
  const cancel = { by: request.caller, at: now.toISOString(), reason };
  if (run.status !== "RUNNING" || !(await ports.runs.requestCancel(runId, cancel)))
    throw new ApiProblem("conflict", `run ${runId} has ended (${run.status}); there is nothing to cancel`);
  const waiting = (await ports.approvals.list(runId)).filter((approval) => !approval.decision);
  for (const approval of waiting)
    await ports.callbacks.fail(
      approval.taskToken,
      "RunCancelledError",
      `cancelled by ${cancel.by}: ${reason}`,
    );
  return { body: await readRun(runId, ports, settings, now) };
};
