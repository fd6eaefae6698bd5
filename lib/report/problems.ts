import { clip } from "../run/cause.ts";
import type { Finding } from "../run/finding.ts";
import { formatDuration } from "./duration.ts";
import type { LayerReport, RunReport } from "./run-report.ts";
import { runbookHeading } from "./runbook-heading.ts";
import { wrap } from "./wrap.ts";

/** For every layer that failed: what, where, since when and what to do. Then what was held up by it. */
export function problemLines(report: RunReport, width?: number): string[] {
  const broken = report.layers.filter(({ error }) => error !== undefined);
  const lines = broken.flatMap((layer) => ["", ...layerProblem(layer, report, width)]);
  if (report.status !== "SUCCEEDED" && broken.length === 0) lines.push("", ...runProblem(report, width));
  const blocked = report.layers.filter(({ result }) => result === "blocked").map(({ name }) => name);
  if (blocked.length > 0)
    lines.push(
      "",
      ...wrap(`Not started, because what they depend on failed: ${blocked.join(", ")}.`, "", width),
    );
  const warnings = report.layers
    .filter((layer) => !broken.includes(layer))
    .flatMap((layer) => layer.findings.filter(notPassed).map((finding) => ({ layer, finding })));
  for (const { layer, finding } of warnings)
    lines.push("", `! ${layer.name}`, ...findingLines(finding, width));
  return lines;
}

const notPassed = ({ status }: Finding): boolean => status !== "pass";

function runProblem(report: RunReport, width: number | undefined): string[] {
  const { status, error, timeline } = report;
  const { name, cause } = error ?? { name: status, cause: "" };
  const running = timeline.filter(({ endedAt }) => endedAt === null);
  return [
    ...wrap(`✗ ${name}: ${cause || "no cause was given"}`, "", width),
    ...running.map(({ step }) => `    cut off: "${step}"${sinceText(step, report)}`),
    ...runbook(runbookHeading(name, cause, status)),
  ];
}

function layerProblem(layer: LayerReport, report: RunReport, width: number | undefined): string[] {
  const { name, cause, step } = layer.error ?? { name: "", cause: "", step: "" };
  if (layer.result === "not-plannable") return wrap(notPlannable(layer.name, cause), "", width);
  const findings = layer.findings.filter(notPassed);
  const title = `✗ ${layer.name} failed at "${step}"${sinceText(step, report)}: ${name}`;
  // A gate's error repeats its first finding.
  if (name === "GateFailedError" && findings.length > 0)
    return [
      ...wrap(title, "", width),
      ...findings.flatMap((finding) => findingLines(finding, width)),
      `    In the artefact bucket: runs/${report.runId}/${layer.name}/gates/${step.split(": ")[1] ?? "*"}.json`,
    ];
  return [
    ...wrap(title, "", width),
    ...wrap(withoutName(cause, name), "    ", width),
    ...runbook(runbookHeading(name, cause)),
    ...findings.flatMap((finding) => findingLines(finding, width)),
  ];
}

/** Expected of a plan run: terraform asks for what an earlier layer has not made yet. Its first words will do. */
const notPlannable = (name: string, cause: string): string =>
  `! ${name} cannot be planned before what it depends on is applied: ${clip(cause, 200)}`;

const withoutName = (cause: string, name: string): string =>
  cause.startsWith(`${name}: `) ? cause.slice(name.length + 2) : cause;

/** `, begun +41m49s, failed +1h02m19s`, counted from the start of the run. */
function sinceText(step: string, report: RunReport): string {
  const entry = report.timeline.find((candidate) => candidate.step === step);
  if (entry === undefined) return "";
  const after = (at: string): string => `+${formatDuration(Date.parse(at) - Date.parse(report.startedAt))}`;
  return `, begun ${after(entry.startedAt)}${entry.endedAt === null ? "" : `, failed ${after(entry.endedAt)}`}`;
}

/** What a finding says, and the heading of the runbook that says more. */
export function findingLines(finding: Finding, width: number | undefined): string[] {
  const severity = finding.severity === "warning" ? " (warning)" : "";
  return [
    ...wrap(`${finding.check}${severity}: ${finding.message}`, "    ", width),
    ...runbook(finding.runbook),
  ];
}

const runbook = (heading: string | undefined): string[] =>
  heading === undefined ? [] : [`      → docs/runbook.md, "${heading}"`];
