import { formatDuration } from "./duration.ts";
import type { LayerReport, RunReport } from "./run-report.ts";

/** What a person reads at the end: a line a layer, the critical path, and what to do if it failed. */
export function closingTable(report: RunReport & { retained?: readonly Kept[] }): string[] {
  const rows = [["layer", "result", "plan", "plan time", "apply", "gates", "findings", "lasted"]];
  for (const layer of report.layers) rows.push(rowOf(layer));
  return [...align(rows), "", ...pathLines(report), ...problemLines(report), ...keptLines(report.retained)];
}

/** What a destroy leaves, and why. */
interface Kept {
  readonly what: string;
  readonly because: string;
}

const keptLines = (retained: readonly Kept[] = []): string[] =>
  retained.length === 0
    ? []
    : ["", "retained:", ...retained.map(({ what, because }) => `  ${what} – ${because}`)];

const time = (seconds: number): string => (seconds === 0 ? "–" : formatDuration(seconds * 1_000));

function rowOf(layer: LayerReport): string[] {
  const passed = layer.findings.filter(({ status }) => status === "pass").length;
  return [
    layer.name,
    layer.result,
    planText(layer),
    time(layer.planSeconds),
    layer.applied ? time(layer.applySeconds) : "–",
    time(layer.gatesSeconds),
    layer.findings.length === 0 ? "–" : `${passed}/${layer.findings.length}`,
    time(layer.seconds),
  ];
}

/** `+12 ~3 ±1 -2`: add, change, replace, destroy; zeroes left out. */
export function planText(layer: Pick<LayerReport, "plan">): string {
  if (layer.plan === null) return "–";
  const { add, change, replace, destroy } = layer.plan;
  const parts = [
    [add, "+"],
    [change, "~"],
    [replace, "±"],
    [destroy, "-"],
  ] as const;
  const text = parts.filter(([count]) => count > 0).map(([count, sign]) => `${sign}${count}`);
  return text.length === 0 ? "no changes" : text.join(" ");
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function pathLines(report: RunReport): string[] {
  const path = report.criticalPath
    .filter(({ seconds }) => seconds >= 1)
    .map(({ step, seconds }) => `${step} (${formatDuration(seconds * 1_000)})`);
  return path.length === 0 ? [] : [`critical path: ${path.join(" → ")}`];
}

function problemLines(report: RunReport): string[] {
  if (report.status === "SUCCEEDED") return [];
  const lines = [
    "",
    `${report.error?.name ?? report.status}: ${report.error?.cause ?? "no cause was given"}`,
  ];
  for (const layer of report.layers)
    for (const finding of layer.findings.filter(({ status }) => status !== "pass"))
      lines.push(
        `  ${layer.name} · ${finding.check} · ${finding.subject}: ${finding.message}`,
        `    observed ${finding.observed}; expected ${finding.expected}; see docs/runbook.md, "${finding.runbook}"`,
      );
  return lines;
}
