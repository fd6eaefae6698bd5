import { describe, expect, it } from "vitest";
import { logLines } from "../../lib/cli/watch/log.ts";
import { artefactReader, type Scene } from "../../lib/cli/watch/scene.ts";
import { openScreen, paint } from "../../lib/cli/watch/screen.ts";
import { treeLines } from "../../lib/cli/watch/tree.ts";
import type { Step } from "../../lib/report/steps.ts";

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number): number => START + seconds * 1_000;

const step = (
  state: string,
  kind: Step["kind"],
  [from, to]: [number, number?],
  rest: Partial<Step> = {},
): Step => ({
  state,
  kind,
  ...(kind === "run" ? {} : { layer: state.split(" ")[1]?.replace(":", "") ?? "" }),
  startedAt: at(from),
  status: to === undefined ? "running" : "succeeded",
  attempts: 1,
  ...(to === undefined ? {} : { endedAt: at(to) }),
  ...rest,
});

const waiting = (state: string, gate: string, from: number, to: number): Step =>
  step(state, "prove", [from, to], {
    gate,
    status: "failed",
    lastFailedAt: at(to),
    error: { name: "NotReadyError", cause: "app: dns: not yet" },
  });

const finding = (status: string, check = "record-published") => ({
  check,
  subject: "app.example",
  status,
  severity: "error",
  observed: "nothing",
  expected: "1.2.3.4",
  message: "app.example: observed nothing, expected 1.2.3.4.",
  runbook: check,
});

const ARTEFACTS: Record<string, unknown> = {
  "base/review.json": { hasChanges: true, counts: { add: 12, change: 3, replace: 0, destroy: 1 } },
  "base/gates/eks.json": [finding("pass"), finding("pass")],
  "app/gates/dns.json": [finding("pass"), finding("pending")],
};

const STEPS: Step[] = [
  step("Prepare run", "run", [0, 1]),
  step("Plan base", "plan", [1, 51]),
  step("Review base", "review", [51, 52]),
  step("Apply base", "apply", [52, 852]),
  step("Prove base: eks", "prove", [852, 853], { gate: "eks" }),
  step("Record base", "record", [853, 854]),
  step("Approve side", "approve", [860]),
  waiting("Prove app: dns", "dns", 870, 880),
];

const scene = (rest: Partial<Scene> = {}): Scene => ({
  runId: "deploy-0001",
  layers: ["base", "side", "app", "late"],
  steps: STEPS,
  startedAt: START,
  now: at(900),
  wallMilliseconds: 7_340,
  ...artefactReader((name) => (name in ARTEFACTS ? JSON.stringify(ARTEFACTS[name]) : undefined)),
  ...rest,
});

describe("the tree", () => {
  it("shows what has ended in a line, what runs in full, and what waits with its reason", () => {
    expect(treeLines(scene(), 140, 50)).toEqual([
      "deploy-0001   virtual +15m00s   here 7.3s",
      "✓ Prepare run  1s",
      "✓ base     14m13s  +12 ~3 -1  2/2 findings pass",
      "◐ side        40s",
      "    ◐ Approve                  40s  waits for a person",
      "◐ app         30s  1/2 findings pass",
      "    ◐ Prove dns                30s  1/2 pass; waits for record-published: app.example: observed nothing, expected 1.2.3.4.",
      "· late",
    ]);
  });

  it("shows plan counts once a plan is reviewed, and a failed step of a layer that has failed", () => {
    const failed = step("Apply base", "apply", [52, 60], {
      status: "failed",
      error: { name: "States.TaskFailed", cause: "{}" },
    });
    const running = STEPS.slice(1, 3);
    expect(treeLines(scene({ steps: running }), 140, 50)).toContain(
      "    ✓ Review                    1s  +12 ~3 -1",
    );
    const ended = [...running, failed, step("Record base", "record", [60, 61])];
    expect(treeLines(scene({ steps: ended }), 140, 50)).toContain(
      "    ✗ Apply                     8s  States.TaskFailed",
    );
  });

  it("never takes more room than there is", () => {
    for (const rows of [1, 2, 3, 5, 7, 8])
      for (const columns of [1, 10, 79]) {
        const lines = treeLines(scene(), columns, rows);
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      }
  });

  it("shows only what runs, and a count of the rest, where rows are few", () => {
    expect(treeLines(scene(), 40, 6)).toEqual([
      "deploy-0001   virtual +15m00s   here 7.…",
      "◐ side        40s",
      "    ◐ Approve                  40s  wai…",
      "◐ app         30s  1/2 findings pass",
      "    ◐ Prove dns                30s  1/2…",
      "  1 done, 1 not started",
    ]);
    expect(treeLines(scene(), 40, 4).slice(1)).toEqual([
      "◐ side        40s",
      "◐ app         30s  1/2 findings pass",
      "  1 done, 1 not started",
    ]);
  });
});

describe("the log", () => {
  it("says each thing once, with the counts of a plan and of a gate's findings", () => {
    const lines = logLines([], scene());
    expect(lines).toContain("[+      52s] Review base ✓ 1s  +12 ~3 -1");
    expect(lines).toContain("[+   14m13s] Prove base: eks ✓ 1s  2/2 findings pass");
    expect(lines).toContain("[+   14m20s] Approve side … a person is asked");
    expect(lines.at(-1)).toBe(
      "[+   14m40s] Prove app: dns ◐ 1/2 pass; waits for record-published: app.example: observed nothing, expected 1.2.3.4.",
    );
    expect(logLines(STEPS, scene())).toEqual([]);
  });

  it("is silent while a gate goes on waiting, and tells when it fails for good", () => {
    const again = [...STEPS.slice(0, -1), waiting("Prove app: dns", "dns", 870, 890)];
    expect(logLines(STEPS, scene({ steps: again }))).toEqual([]);
    const over = step("Prove app: dns", "prove", [870, 2070], {
      gate: "dns",
      status: "failed",
      error: { name: "GateFailedError", cause: "" },
    });
    expect(logLines(STEPS, scene({ steps: [...STEPS.slice(0, -1), over] }))).toEqual([
      "[+   34m30s] Prove app: dns ✗ GateFailedError after 20m00s",
    ]);
  });
});

describe("the screen", () => {
  it("draws over what it drew, and starts afresh after a resize", () => {
    const written: string[] = [];
    const terminal = { columns: 80, write: (text: string) => written.push(text) };
    const screen = openScreen(terminal);
    screen.draw(["a", "b"]);
    screen.draw(["c"]);
    terminal.columns = 40;
    screen.draw(["d"]);
    screen.close();
    expect(written).toEqual([
      "\u001b[?25l",
      "a\u001b[K\nb\u001b[K\n\u001b[0J",
      "\u001b[2A\rc\u001b[K\n\u001b[0J",
      "\u001b[2J\u001b[Hd\u001b[K\n\u001b[0J",
      "\u001b[?25h",
    ]);
  });

  it("leaves lines as they are where there is no terminal", () => {
    expect(paint("    ✓ Plan  50s")).toBe("    ✓ Plan  50s");
  });
});
