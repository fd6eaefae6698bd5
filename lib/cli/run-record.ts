import { type Bill, billOf } from "../report/bill.ts";
import { criticalPath } from "../report/critical-path.ts";
import { parseHistory } from "../report/history.ts";
import { timeSpent } from "../report/overhead.ts";
import { type RunReport, reportRun } from "../report/run-report.ts";
import { stepsOf } from "../report/steps.ts";
import { type Retained, retainedIn } from "../twin/retained.ts";
import { buildsOf, invocationsOf, tracesOf } from "../twin/run-traces.ts";
import type { StartedRun, Twin } from "../twin/twin.ts";

/** What `--json` writes: the report of the run, its bill, and how long it took on this machine. */
export interface RunRecord extends RunReport {
  readonly bill: Bill;
  /** After a destroy: what still holds data. */
  readonly retained?: readonly Retained[];
  /** Of the critical path, in seconds. */
  readonly spent: Readonly<Record<keyof ReturnType<typeof timeSpent>, number>>;
  /** The only part that differs between two runs from the same world with the same input. */
  readonly wall: { readonly seconds: number; readonly peakMegabytes: number };
}

export function runRecord(twin: Twin, run: StartedRun, wallSeconds: number): RunRecord {
  const traces = tracesOf(twin, run);
  const events = parseHistory(twin.history(run));
  const steps = stepsOf(events);
  const builds = buildsOf(twin, run);
  const spent = timeSpent(criticalPath(steps), builds, traces.startedAt, traces.endedAt);
  const seconds = Object.fromEntries(
    Object.entries(spent).map(([part, milliseconds]) => [part, Math.round(milliseconds) / 1_000]),
  ) as RunRecord["spent"];
  const report = reportRun({ ...traces, events });
  return {
    ...report,
    bill: billOf(events, invocationsOf(twin, run), builds),
    spent: seconds,
    ...(run.operation === "destroy" ? { retained: retainedIn(twin, report.layers) } : {}),
    wall: {
      seconds: Math.round(wallSeconds * 100) / 100,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
    },
  };
}
