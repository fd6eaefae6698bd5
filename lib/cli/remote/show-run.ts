import type * as z from "zod";
import type { RunListSchema, RunViewSchema } from "../../api/schemas.ts";

export type RunView = z.infer<typeof RunViewSchema>;

/** A run on a screen: what it is, how its layers ended, what it waits for. */
export function showRun(run: RunView): string {
  const lines = [
    `${run.runId}  ${run.status}  ${run.startedAt}${run.endedAt ? ` – ${run.endedAt}` : ""}`,
    ...(run.operation ? [`${run.operation}: ${run.reason} (${askedBy(run)})`] : []),
    ...run.layers.map((layer) => `  ${layerLine(run, layer)}`),
    ...run.approvals.filter(({ decision }) => decision === "pending").map((each) => waitsFor(run, each)),
    ...(run.cancelled ? [`cancelled by ${run.cancelled.by}: ${run.cancelled.reason}`] : []),
    ...(run.failure ? [`${run.failure.error}: ${run.failure.cause}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

const askedBy = ({ requestedBy, startedBy }: RunView): string =>
  startedBy === undefined
    ? `asked by ${requestedBy}, as its input claims: AWS has not said yet who started it`
    : `started by ${startedBy}`;

function layerLine(run: RunView, layer: string): string {
  const outcome = run.outcomes.find((each) => each.layer === layer);
  const error = outcome?.error ? `: ${outcome.error.name} at "${outcome.error.step}"` : "";
  return `${layer.padEnd(20)} ${outcome?.result ?? "–"}${error}`;
}

const waitsFor = (run: RunView, { layer, digest }: { layer: string; digest: string }): string =>
  `waits for an approval of ${layer}: strata approve ${run.runId} ${layer} --digest ${digest}`;

export function showRuns({ runs, next }: z.infer<typeof RunListSchema>): string {
  if (runs.length === 0) return "no runs in the last 90 days\n";
  const lines = runs.map(({ runId, status, startedAt }) => `${startedAt}  ${status.padEnd(10)} ${runId}`);
  return `${[...lines, ...(next ? [`more: strata status --cursor ${next}`] : [])].join("\n")}\n`;
}
