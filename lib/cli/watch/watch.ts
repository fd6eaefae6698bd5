import { parseHistory } from "../../report/history.ts";
import { type Step, stepsOf } from "../../report/steps.ts";
import type { StartedRun, Twin } from "../../twin/twin.ts";
import { logLines } from "./log.ts";
import { treeLines } from "./tree.ts";

/** How often the screen is drawn, in real milliseconds: smooth to the eye, and little work beside the run. */
const DRAW_EVERY_MILLISECONDS = 100;

/**
 * Shows the run while it happens: a live tree on a terminal, a plain log elsewhere.
 * @returns a function that draws the last state and stops
 */
export function watch(twin: Twin, run: StartedRun): () => void {
  const draw = process.stdout.isTTY ? drawTree(twin, run) : drawLog(run);
  const tick = (): void => draw(stepsOf(parseHistory(twin.history(run))));
  const timer = setInterval(tick, DRAW_EVERY_MILLISECONDS);
  return () => {
    clearInterval(timer);
    tick();
  };
}

function drawLog(run: StartedRun): (steps: readonly Step[]) => void {
  let before: readonly Step[] = [];
  return (steps) => {
    for (const line of logLines(before, steps, run.startedAt)) process.stdout.write(`${line}\n`);
    before = steps;
  };
}

function drawTree(twin: Twin, run: StartedRun): (steps: readonly Step[]) => void {
  let drawn = 0;
  return (steps) => {
    const lines = treeLines(twin.layers, steps, twin.world.clock.now());
    const elapsed = Math.round((twin.world.clock.now() - run.startedAt) / 1_000);
    const width = process.stdout.columns ?? 100;
    const text = [`virtual time +${elapsed}s`, ...lines].map((line) => line.slice(0, width)).join("\n");
    const back = drawn === 0 ? "" : `\u001b[${drawn}A\u001b[0J`;
    process.stdout.write(`${back}${text}\n`);
    drawn = lines.length + 1;
  };
}
