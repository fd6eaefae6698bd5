import { formatDuration } from "./duration.ts";
import { planText } from "./plan-text.ts";
import { findingLines, problemLines } from "./problems.ts";
import type { LayerReport, RunReport } from "./run-report.ts";
import { wrap } from "./wrap.ts";

/**
 * What a person reads at the end: a line a layer, the critical path, and what to do if it failed.
 * @param width longer lines are broken; without it, none is
 */
export function closingTable(report: RunReport & { retained?: readonly Kept[] }, width?: number): string[] {
  const rows = [["layer", "result", "plan", "plan time", "apply", "gates", "findings", "lasted"]];
  for (const layer of report.layers) rows.push(rowOf(layer));
  return [
    ...align(rows),
    ...pathLines(report, width),
    ...problemLines(report, width),
    ...keptLines(report.retained),
    ...leftLines(report, width),
  ];
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

const leftLines = ({ findings = [] }: RunReport, width: number | undefined): string[] => {
  const left = findings.filter(({ status }) => status !== "pass");
  return left.length === 0
    ? []
    : ["", "left behind:", ...left.flatMap((finding) => findingLines(finding, width))];
};

const time = (seconds: number): string => (seconds === 0 ? "–" : formatDuration(seconds * 1_000));

function rowOf(layer: LayerReport): string[] {
  const passed = layer.findings.filter(({ status }) => status === "pass").length;
  return [
    layer.name,
    layer.result,
    layer.plan === null ? "–" : planText(layer.plan, layer.applied),
    time(layer.planSeconds),
    layer.applied ? time(layer.applySeconds) : "–",
    time(layer.gatesSeconds),
    layer.findings.length === 0 ? "–" : `${passed}/${layer.findings.length}`,
    time(layer.seconds),
  ];
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

function pathLines(report: RunReport, width: number | undefined): string[] {
  const path = report.criticalPath
    .filter(({ seconds }) => seconds >= 1)
    .map(({ step, seconds }) => `${step} (${formatDuration(seconds * 1_000)})`);
  return path.length === 0 ? [] : ["", ...wrap(`Critical path: ${path.join(" → ")}`, "", width)];
}
