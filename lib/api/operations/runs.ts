import type * as z from "zod";
import type { Operate } from "../answer.ts";
import { type ApiPorts, type ApiSettings, type Execution, executionArnOf } from "../ports.ts";
import { ApiProblem } from "../problem.ts";
import { confirmedRequester } from "../requester.ts";
import type { ListRunsQuerySchema, RunSummary, RunViewSchema } from "../schemas.ts";
import { viewOf } from "./approvals.ts";

export const summaryOf = (execution: Execution): RunSummary => ({
  runId: execution.name,
  executionArn: execution.executionArn,
  status: execution.status as RunSummary["status"],
  startedAt: execution.startedAt.toISOString(),
  ...(execution.endedAt && { endedAt: execution.endedAt.toISOString() }),
});

/** Step Functions' own list: it has every run, those that were refused before they left a record as well. */
export const listRuns: Operate = async ({ query }, { machines }, { machinePrefix }) => {
  const page = await machines.list(`${machinePrefix}pipeline`, query as z.infer<typeof ListRunsQuerySchema>);
  if (page === "bad-cursor") throw badCursor();
  return { body: { runs: page.executions.map(summaryOf), ...(page.next && { next: page.next }) } };
};

export const badCursor = (): ApiProblem =>
  new ApiProblem("bad-request", "query.cursor: it is none that a page before gave", [
    { path: "query.cursor", message: "`next` of the page before, unchanged and within a day" },
  ]);

export const showRun: Operate = async ({ path }, ports, settings, now) => ({
  body: await readRun(path.runId ?? "", ports, settings, now),
});

/** @throws ApiProblem if neither Step Functions nor the table knows the run */
export async function readRun(
  runId: string,
  ports: ApiPorts,
  settings: ApiSettings,
  now: Date,
): Promise<z.infer<typeof RunViewSchema>> {
  const [execution, record, approvals] = await Promise.all([
    ports.machines.describe(executionArnOf(settings, "pipeline", runId)),
    ports.runs.read(runId),
    ports.approvals.list(runId),
  ]);
  if (!execution) throw new ApiProblem("not-found", `there is no run ${runId} in ${settings.environment}`);
  const startedBy = await starterOf(execution, ports, now);
  return {
    ...summaryOf(execution),
    ...(startedBy !== undefined && { startedBy }),
    ...(record?.run && {
      operation: record.run.operation,
      reason: record.run.reason,
      requestedBy: record.run.requestedBy,
    }),
    layers: record?.run?.layers ?? [],
    outcomes: Object.values(record?.outcomes ?? {}),
    ...(record?.failure && { failure: record.failure }),
    ...(record?.cancel && { cancelled: record.cancel }),
    approvals: approvals.map(viewOf),
  };
}

/** CloudTrail answers twice a second, and whoever watches a run asks often: of a run that goes on it is not asked. */
const starterOf = (execution: Execution, ports: ApiPorts, now: Date): Promise<string | undefined> =>
  execution.endedAt ? confirmedRequester(execution, ports, now) : ports.requesters.read(execution.name);
