import * as z from "zod";
import { readableCause } from "../run/cause.ts";
import type { HistoryEvent } from "./history.ts";

/** One state of a run that does something, as a reader of the run sees it. Times are epoch milliseconds. */
export interface Step {
  readonly state: string;
  readonly layer?: string;
  readonly kind: "plan" | "review" | "approve" | "apply" | "prove" | "record" | "run";
  /** Of `prove` only: the gate's kind. */
  readonly gate?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly status: "running" | "succeeded" | "failed";
  /** Tries so far; a gate that waits is tried again and again. */
  readonly attempts: number;
  /** When the last try failed, if one did: a gate was not healthy before that. */
  readonly lastFailedAt?: number;
  /** What the last failed try said. */
  readonly error?: { readonly name: string; readonly cause: string };
  /** Of `prove` only: between when and when the gate may say "not yet". */
  readonly mayWait?: { readonly since: number; readonly until: number };
  /** What it last waited for, in the gate's own words; kept when it passes or fails later. */
  readonly waitedFor?: string;
}

/** `Plan app`, `Prove app: argocd`, and for a destroy `Plan removal of app`, `Remove app`. */
const LAYER_STATE =
  /^(Plan|Review|Approve|Apply|Remove|Prove|Record) (?:removal of )?([a-z0-9-]+)(?:: (.+))?$/;

function describe(state: string): Pick<Step, "layer" | "kind" | "gate"> {
  const match = LAYER_STATE.exec(state);
  if (!match) return { kind: "run" };
  const [, verb = "", layer = "", gate] = match;
  const kind = verb === "Remove" ? "apply" : (verb.toLowerCase() as Step["kind"]);
  return gate === undefined ? { layer, kind } : { layer, kind, gate };
}

const milliseconds = (event: HistoryEvent): number => Math.round(event.timestamp * 1_000);

/** A state that was entered, while its events are read. */
interface Open {
  step: Step;
}

/**
 * Task states of a history, in the order in which they were entered. An event belongs to the state that its
 * chain of previous events leads to; a task that failed and was neither tried again nor left has failed.
 */
export function stepsOf(events: readonly HistoryEvent[]): Step[] {
  const opens: Open[] = [];
  const ownerOf = new Map<number, Open>();
  for (const event of events) {
    if (event.type === "TaskStateEntered" && event.stateEnteredEventDetails) {
      const state = event.stateEnteredEventDetails.name;
      const open: Open = {
        step: { state, ...describe(state), startedAt: milliseconds(event), status: "running", attempts: 0 },
      };
      opens.push(open);
      ownerOf.set(event.id, open);
      continue;
    }
    const open = ownerOf.get(event.previousEventId);
    if (!open || event.type.endsWith("StateEntered")) continue;
    ownerOf.set(event.id, open);
    open.step = after(open.step, event);
  }
  return opens.map(({ step }) => step);
}

const GateCallSchema = z.looseObject({
  Payload: z.looseObject({
    since: z.iso.datetime({ offset: true }),
    gate: z.looseObject({ deadlineMinutes: z.number() }),
  }),
});

/** Since when and until when a gate may wait, from the call that asks it. */
function mayWait(event: HistoryEvent): Pick<Step, "mayWait"> {
  const parameters = event.taskScheduledEventDetails?.parameters;
  if (!parameters?.includes('"deadlineMinutes"')) return {};
  const parsed = GateCallSchema.safeParse(JSON.parse(parameters));
  if (!parsed.success) return {};
  const since = Date.parse(parsed.data.Payload.since);
  return { mayWait: { since, until: since + parsed.data.Payload.gate.deadlineMinutes * 60_000 } };
}

/** A gate says what it waits for, then since when and until when; the times are told by `mayWait`. */
const WAIT = /^(.*?) It is not ready since \S+ and may wait until \S+\.$/s;

function waitedFor(name: string, cause: string): Pick<Step, "waitedFor"> {
  if (name !== "NotReadyError") return {};
  const said = readableCause(cause);
  return { waitedFor: WAIT.exec(said)?.[1] ?? said };
}

const failureOf = (event: HistoryEvent) =>
  event.taskFailedEventDetails ??
  event.taskStartFailedEventDetails ??
  event.taskSubmitFailedEventDetails ??
  event.taskTimedOutEventDetails;

function after(step: Step, event: HistoryEvent): Step {
  switch (event.type) {
    case "TaskScheduled":
      return { ...step, ...mayWait(event), status: "running", attempts: step.attempts + 1 };
    case "TaskFailed":
    case "TaskStartFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut": {
      const details = failureOf(event);
      const error = { name: details?.error ?? "States.TaskFailed", cause: details?.cause ?? "" };
      const at = milliseconds(event);
      const waited = waitedFor(error.name, error.cause);
      return { ...step, ...waited, status: "failed", endedAt: at, lastFailedAt: at, error };
    }
    case "TaskStateExited": {
      // A Catch leaves the state, too: its last try has failed all the same.
      if (step.status === "failed") return step;
      const { error: _healed, ...rest } = step;
      return { ...rest, status: "succeeded", endedAt: milliseconds(event) };
    }
    default:
      return step;
  }
}
