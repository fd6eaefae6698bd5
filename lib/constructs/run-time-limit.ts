import type { Catalogue, Layer } from "../catalogue/define-layers.ts";
import { makespan, scheduleLayers } from "../catalogue/schedule.ts";
import { APPROVAL_SECONDS } from "./approval-states.ts";
import { buildTimes } from "./build-times.ts";

/** Review, record and the first and last functions of a run: each retried for minutes at worst. */
const CALLS_MINUTES = 30;

/** The longest that one layer's stage may take if everything in it waits until its own limit. */
const stageMinutes = (layer: Layer): number =>
  buildTimes(layer, "plan").stateMinutes +
  APPROVAL_SECONDS / 60 +
  buildTimes(layer, "apply").stateMinutes +
  // Gates stand side by side; each of their looks may last a minute and a half beyond its wait.
  Math.max(0, ...layer.gates.map((gate) => 2 * gate.deadlineMinutes)) +
  CALLS_MINUTES;

/**
 * The machine's own limit ends only what no state's limit ended: the longest way through the schedule, every
 * state of it at its limit. For the platform's layers that is a week: four approvals of a day, a delegation of
 * at most two, and the builds.
 */
export const runLimitMinutes = (catalogue: Catalogue): number =>
  CALLS_MINUTES + makespan(scheduleLayers(catalogue.layers), (name) => stageMinutes(catalogue.layer(name)));
