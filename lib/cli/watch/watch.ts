import { parseHistory } from "../../report/history.ts";
import { type Step, stepsOf } from "../../report/steps.ts";
import { artefactOf } from "../../twin/run-traces.ts";
import type { StartedRun, Twin } from "../../twin/twin.ts";
import { logLines } from "./log.ts";
import { artefactReader, type Scene } from "./scene.ts";
import { openScreen, paint } from "./screen.ts";
import { treeLines } from "./tree.ts";

/** How often the screen is drawn, in real milliseconds: smooth to the eye, and little work beside the run. */
const DRAW_EVERY_MILLISECONDS = 100;

/**
 * Shows the run while it happens: a live tree on a terminal, a plain log elsewhere.
 * @param wallStartedAt of `performance.now()`
 * @returns a function that draws the last state and stops
 */
export function watch(twin: Twin, run: StartedRun, wallStartedAt: number): () => void {
  const sceneNow = sceneOf(twin, run, wallStartedAt);
  const { draw, close } = process.stdout.isTTY ? tree() : log();
  const timer = setInterval(() => draw(sceneNow()), DRAW_EVERY_MILLISECONDS);
  return () => {
    clearInterval(timer);
    draw(sceneNow());
    close();
  };
}

function sceneOf(twin: Twin, run: StartedRun, wallStartedAt: number): () => Scene {
  const artefacts = artefactReader((name) => artefactOf(twin, run, name));
  let known = -1;
  let steps: readonly Step[] = [];
  return () => {
    const events = twin.history(run) as unknown[];
    // Reading a history is most of the work, and mostly nothing has happened.
    if (events.length !== known) steps = stepsOf(parseHistory(events));
    known = events.length;
    return {
      ...artefacts,
      runId: run.runId,
      isCheck: run.operation in twin.deployment.machines,
      layers: twin.layers,
      steps,
      startedAt: run.startedAt,
      now: Math.min(twin.clock.now(), endOf(twin, run)),
      wallMilliseconds: performance.now() - wallStartedAt,
    };
  };
}

/** A twin goes on for a while after the execution's end; the run does not last longer for it. */
function endOf(twin: Twin, run: StartedRun): number {
  const { stopDate } = twin.engine.describeExecution(run.executionArn) as { stopDate?: number };
  return stopDate === undefined ? Number.POSITIVE_INFINITY : Math.round(stopDate * 1_000);
}

interface Watcher {
  draw(scene: Scene): void;
  close(): void;
}

function log(): Watcher {
  let before: readonly Step[] = [];
  return {
    draw(scene) {
      for (const line of logLines(before, scene)) process.stdout.write(`${line}\n`);
      before = scene.steps;
    },
    close: () => undefined,
  };
}

function tree(): Watcher {
  const screen = openScreen(process.stdout);
  return {
    draw(scene) {
      const { columns = 100, rows = 24 } = process.stdout;
      // The cursor stands on a line of its own below the tree; the last column stays free, where some wrap.
      screen.draw(treeLines(scene, columns - 1, rows - 1).map((line) => paint(line)));
    },
    close: () => screen.close(),
  };
}
