import { formatDuration } from "../../report/duration.ts";
import { planText } from "../../report/plan-text.ts";
import type { Step } from "../../report/steps.ts";
import { isWaiting, resultText, waitingText } from "./log.ts";
import { passedText, type Scene } from "./scene.ts";

export const MARK = { running: "◐", succeeded: "✓", failed: "✗", waiting: "·" } as const;

/**
 * The run as a tree that fits: no line is longer than `columns`, and there are at most `rows` of them. Layers that
 * have ended take one line; where that is still too much, only those that run are shown, and a count of the rest.
 */
export function treeLines(scene: Scene, columns: number, rows: number): string[] {
  const head = [headLine(scene), ...scene.steps.filter(({ kind }) => kind === "run").map(runLine(scene))];
  const views = scene.layers.map((layer) => viewOf(layer, scene));
  const whole = [...head, ...views.flatMap(({ line, steps }) => [line, ...steps])];
  const running = views.filter(({ mark }) => mark === MARK.running);
  const summary = summaryLine(views.filter((view) => !running.includes(view)));
  const fewer = [...head.slice(0, 1), ...running.flatMap(({ line, steps }) => [line, ...steps]), ...summary];
  const fewest = [...head.slice(0, 1), ...running.map(({ line }) => line), ...summary];
  const chosen = [whole, fewer].find((lines) => lines.length <= rows) ?? fewest;
  return chosen.slice(0, Math.max(1, rows)).map((line) => cut(line, columns));
}

interface LayerView {
  readonly mark: (typeof MARK)[keyof typeof MARK];
  readonly line: string;
  readonly steps: readonly string[];
}

function headLine({ runId, now, startedAt, wallMilliseconds }: Scene): string {
  return `${runId}   virtual +${formatDuration(now - startedAt)}   here ${(wallMilliseconds / 1_000).toFixed(1)}s`;
}

function runLine({ now }: Scene): (step: Step) => string {
  return (step) => {
    const failed = step.status === "failed" ? ` — ${step.error?.name}` : "";
    return `${MARK[step.status]} ${step.state}  ${lasted([step], now)}${failed}`;
  };
}

function viewOf(layer: string, scene: Scene): LayerView {
  const own = scene.steps.filter((step) => step.layer === layer);
  const mark = layerMark(own, scene.isCheck === true);
  const width = Math.max(...scene.layers.map(({ length }) => length));
  const review = scene.review(layer);
  const findings = own.flatMap(({ gate }) => (gate === undefined ? [] : (scene.findings(layer, gate) ?? [])));
  const facts = [
    own.length === 0 ? "" : lasted(own, scene.now).padStart(9),
    review ? planText(review.counts, review.hasChanges) : "",
    findings.length === 0 ? "" : `${passedText(findings)} findings pass`,
  ].filter(Boolean);
  const line = `${mark} ${layer.padEnd(width)}  ${facts.join("  ")}`.trimEnd();
  const shown =
    mark === MARK.running
      ? own
      : own.filter((step) => step.status === "failed" && mark === MARK.failed && !isWaiting(step));
  return { mark, line, steps: shown.map((step) => `    ${stepLine(step, scene)}`) };
}

function layerMark(steps: readonly Step[], isCheck: boolean): LayerView["mark"] {
  if (steps.length === 0) return MARK.waiting;
  const ended = isCheck
    ? steps.every((step) => step.status !== "running" && !isWaiting(step))
    : steps.some(({ kind, status }) => kind === "record" && status === "succeeded");
  if (!ended) return MARK.running;
  return steps.some(({ status }) => status === "failed") ? MARK.failed : MARK.succeeded;
}

function stepLine(step: Step, scene: Scene): string {
  const name = step.state.replace(/^(\S+).*?(?:: (\S+))?$/, (_, verb: string, gate?: string) =>
    gate === undefined ? verb : `${verb} ${gate}`,
  );
  const text = `${name.padEnd(20)} ${lasted([step], scene.now).padStart(7)}`;
  if (isWaiting(step)) return `${MARK.running} ${text}  ${waitingText(step, scene)}`;
  if (step.status === "failed") return `${MARK.failed} ${text}  ${step.error?.name}`;
  if (step.status === "succeeded") return `${MARK.succeeded} ${text}${resultText(step, scene)}`;
  return `${MARK.running} ${text}${step.kind === "approve" ? "  waits for a person" : ""}`;
}

function lasted(steps: readonly Step[], now: number): string {
  const end = Math.max(...steps.map((step) => (isWaiting(step) ? now : (step.endedAt ?? now))));
  return formatDuration(Math.max(0, end - Math.min(...steps.map(({ startedAt }) => startedAt))));
}

/** `3 done, 1 failed, 2 not started`. */
function summaryLine(views: readonly LayerView[]): string[] {
  const counts = [
    [MARK.succeeded, "done"],
    [MARK.failed, "failed"],
    [MARK.waiting, "not started"],
  ] as const;
  const parts = counts
    .map(([mark, word]) => [views.filter((view) => view.mark === mark).length, word] as const)
    .filter(([count]) => count > 0);
  return parts.length === 0 ? [] : [`  ${parts.map(([count, word]) => `${count} ${word}`).join(", ")}`];
}

function cut(line: string, columns: number): string {
  const one = line.replaceAll(/\s*\n\s*/g, " ");
  return one.length <= columns ? one : `${one.slice(0, Math.max(0, columns - 1))}…`;
}
