import { expect, it } from "vitest";
import { closingTable } from "../../lib/report/closing-table.ts";
import type { LayerReport, RunReport } from "../../lib/report/run-report.ts";
import type { Finding } from "../../lib/run/finding.ts";

const finding = (check: string, status: Finding["status"], severity: Finding["severity"] = "error") => ({
  check,
  subject: "app.example",
  status,
  severity,
  observed: "nothing",
  expected: "1.2.3.4",
  message: `app.example: observed nothing, expected ${check}.`,
  runbook: check,
});

const layer = (name: string, rest: Partial<LayerReport> = {}): LayerReport => ({
  name,
  result: "proven",
  plan: { add: 12, change: 3, replace: 0, destroy: 0 },
  applied: true,
  findings: [finding("dns", "pass")],
  planSeconds: 50,
  applySeconds: 100,
  gatesSeconds: 0,
  seconds: 200,
  ...rest,
});

const report = (layers: readonly LayerReport[], rest: Partial<RunReport> = {}): RunReport => ({
  runId: "deploy-0001",
  operation: "deploy",
  status: "SUCCEEDED",
  error: null,
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: "2026-01-01T01:00:00.000Z",
  seconds: 3_600,
  layers,
  criticalPath: [],
  timeline: [],
  notifications: [],
  ...rest,
});

const timed = (step: string) => ({
  step,
  status: "failed",
  startedAt: "2026-01-01T00:10:00.000Z",
  endedAt: "2026-01-01T00:30:00.000Z",
  attempts: 3,
});

it("aligns its columns", () => {
  const [head = "", ...rows] = closingTable(report([layer("a"), layer("a-long-name", { plan: null })]));
  for (const title of ["result", "plan ", "findings"])
    for (const row of rows.slice(0, 2)) expect(row[head.indexOf(title) - 1]).toBe(" ");
  expect(rows.slice(0, 2)).toEqual([
    "a            proven  +12 ~3  50s        1m40s  –      1/1       3m20s",
    "a-long-name  proven  –       50s        1m40s  –      1/1       3m20s",
  ]);
});

it("says of every layer that failed what, where, since when and what to do, each once", () => {
  const gate = { name: "GateFailedError", cause: "GateFailedError: app: dns: …", step: "Prove app: dns" };
  const build = { name: "States.TaskFailed", cause: "build 1 ended FAILED", step: "Apply side" };
  const lines = closingTable(
    report(
      [
        layer("app", {
          result: "failed",
          error: gate,
          findings: [finding("x", "fail"), finding("y", "pass")],
        }),
        layer("side", { result: "failed", error: build, findings: [] }),
        layer("late", { result: "blocked", plan: null, findings: [] }),
      ],
      {
        status: "FAILED",
        error: { name: "GateFailedError", cause: "Layer app failed …" },
        timeline: [timed("Prove app: dns")],
      },
    ),
  );
  expect(lines.slice(lines.indexOf("") + 1)).toEqual([
    '✗ app failed at "Prove app: dns", begun +10m00s, failed +30m00s: GateFailedError',
    "    x: app.example: observed nothing, expected x.",
    '      → docs/runbook.md, "x"',
    "    In the artefact bucket: runs/deploy-0001/app/gates/dns.json",
    "",
    '✗ side failed at "Apply side": States.TaskFailed',
    "    build 1 ended FAILED",
    '      → docs/runbook.md, "States.TaskFailed"',
    "",
    "Not started, because what they depend on failed: late.",
  ]);
});

it("tells the run's own error when no layer has one, and warnings even when all is well", () => {
  const error = { name: "InvalidInputError", cause: "run input: reason: it is missing" };
  expect(closingTable(report([], { status: "FAILED", error })).slice(-2)).toEqual([
    "✗ InvalidInputError: run input: reason: it is missing",
    '      → docs/runbook.md, "InvalidInputError"',
  ]);
  const warned = layer("app", { findings: [finding("late", "fail", "warning")] });
  expect(closingTable(report([warned])).slice(-3)).toEqual([
    "! app",
    "    late (warning): app.example: observed nothing, expected late.",
    '      → docs/runbook.md, "late"',
  ]);
});

it("does not call a layer failed that a plan run could not plan yet", () => {
  const error = { name: "States.TaskFailed", cause: "Error: no remote state", step: "Plan late" };
  expect(closingTable(report([layer("late", { result: "not-plannable", error, findings: [] })])).at(-1)).toBe(
    "! late cannot be planned before what it depends on is applied: Error: no remote state",
  );
});

it("breaks long messages between words at the width of the terminal", () => {
  const error = { name: "InvalidInputError", cause: "many words ".repeat(30) };
  const lines = closingTable(report([], { status: "FAILED", error }), 60);
  expect(Math.max(...lines.slice(1).map(({ length }) => length))).toBeLessThanOrEqual(60);
  expect(lines.join(" ").match(/many words/g)?.length).toBeGreaterThan(25);
});

it("tells a plan that changes outputs alone from one that changes nothing", () => {
  const plan = { add: 0, change: 0, replace: 0, destroy: 0 };
  const [, same, outputs] = closingTable(
    report([layer("same", { plan, applied: false }), layer("outputs", { plan })]),
  );
  expect(same).toContain("no changes");
  expect(outputs).toContain("outputs only");
});
