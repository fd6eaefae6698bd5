import * as z from "zod";
import { type Finding, FindingSchema } from "../run/finding.ts";
import { type LayerOutcome, LayerOutcomeSchema } from "../run/messages.ts";
import { type PlanCounts, PlanCountsSchema, type Retained } from "../run/plan.ts";
import { criticalPath } from "./critical-path.ts";
import type { HistoryEvent } from "./history.ts";
import { type Step, stepsOf } from "./steps.ts";

/** What a run left behind, as its report needs it. Times are epoch milliseconds. */
export interface RunTraces {
  readonly runId: string;
  readonly operation: string;
  /** In the order of the schedule. */
  readonly layers: readonly string[];
  readonly status: string;
  readonly error?: { readonly name: string; readonly cause: string };
  readonly startedAt: number;
  readonly endedAt: number;
  readonly events: readonly HistoryEvent[];
  /** An artefact of the run (`<layer>/gates/<kind>.json` …) as text, or undefined. */
  readonly artefact: (name: string) => string | undefined;
  readonly notifications: readonly { at: number; event: string; subject: string }[];
}

export interface LayerReport {
  readonly name: string;
  readonly result: LayerOutcome["result"] | "interrupted";
  readonly plan: PlanCounts | null;
  readonly applied: boolean;
  readonly error?: { readonly name: string; readonly cause: string; readonly step: string };
  readonly findings: readonly Finding[];
  /** Of a removal: what is left of the layer on purpose. */
  readonly retained?: Retained;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly planSeconds: number;
  readonly applySeconds: number;
  readonly gatesSeconds: number;
  readonly seconds: number;
}

export interface RunReport {
  readonly runId: string;
  readonly operation: string;
  readonly status: string;
  readonly error: { readonly name: string; readonly cause: string } | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly layers: readonly LayerReport[];
  readonly criticalPath: readonly { step: string; seconds: number }[];
  readonly timeline: readonly TimelineEntry[];
  readonly notifications: readonly { at: string; event: string; subject: string }[];
  /** After a destroy: whether something was left behind. */
  readonly findings?: readonly Finding[];
}

export interface TimelineEntry {
  readonly step: string;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly attempts: number;
  readonly error?: string;
  /** A gate that was not ready at once: what it last waited for, since when, and how long it might have. */
  readonly waited?: { readonly for: string; readonly since: string; readonly until: string };
}

const iso = (at: number): string => new Date(at).toISOString();
const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

export function reportRun(traces: RunTraces): RunReport {
  const steps = stepsOf(traces.events);
  const outcomes = outcomesOf(traces.events);
  const findings = leftoversOf(traces.events);
  return {
    runId: traces.runId,
    operation: traces.operation,
    status: traces.status,
    error: traces.error ?? null,
    startedAt: iso(traces.startedAt),
    endedAt: iso(traces.endedAt),
    seconds: seconds(traces.endedAt - traces.startedAt),
    layers: traces.layers.map((name) => layerReport(name, steps, outcomes.get(name), traces)),
    criticalPath: criticalPath(steps).map((step) => ({ step: step.state, seconds: lasted(step) })),
    timeline: timelineOf(steps),
    notifications: traces.notifications.map(({ at, event, subject }) => ({ at: iso(at), event, subject })),
    ...(findings === undefined ? {} : { findings }),
  };
}

const lasted = (step: Step): number => seconds((step.endedAt ?? step.startedAt) - step.startedAt);

export const timelineOf = (steps: readonly Step[]): TimelineEntry[] => steps.map(timelineEntry);

function timelineEntry(step: Step): TimelineEntry {
  return {
    step: step.state,
    status: step.status,
    startedAt: iso(step.startedAt),
    endedAt: step.endedAt === undefined ? null : iso(step.endedAt),
    attempts: step.attempts,
    ...(step.error === undefined ? {} : { error: step.error.name }),
    ...(step.waitedFor === undefined ? {} : { waited: waitOf(step, step.waitedFor) }),
  };
}

function waitOf(step: Step, waitedFor: string): NonNullable<TimelineEntry["waited"]> {
  const { since = step.startedAt, until = step.startedAt } = step.mayWait ?? {};
  return { for: waitedFor, since: iso(since), until: iso(until) };
}

/** The outcomes as the machine handed them to `Finish run`; none, if it never got there. */
function outcomesOf(events: readonly HistoryEvent[]): Map<string, LayerOutcome> {
  const EventSchema = z.looseObject({ Payload: z.looseObject({ outcomes: z.array(LayerOutcomeSchema) }) });
  for (const event of [...events].reverse()) {
    const parameters = event.taskScheduledEventDetails?.parameters;
    if (parameters === undefined) continue;
    const parsed = EventSchema.safeParse(JSON.parse(parameters));
    if (parsed.success)
      return new Map(parsed.data.Payload.outcomes.map((outcome) => [outcome.layer, outcome]));
  }
  return new Map();
}

/** What `Finish run` found after a destroy. */
function leftoversOf(events: readonly HistoryEvent[]): readonly Finding[] | undefined {
  const exited = events.findLast(
    ({ stateExitedEventDetails }) => stateExitedEventDetails?.name === "Finish run",
  );
  const output = exited?.stateExitedEventDetails?.output;
  if (output === undefined) return undefined;
  const parsed = z.looseObject({ findings: z.array(FindingSchema) }).safeParse(JSON.parse(output));
  return parsed.success ? parsed.data.findings : undefined;
}

function layerReport(
  name: string,
  steps: readonly Step[],
  outcome: LayerOutcome | undefined,
  traces: RunTraces,
): LayerReport {
  const own = steps.filter((step) => step.layer === name);
  const apply = own.find((step) => step.kind === "apply");
  const first = own[0];
  const last = Math.max(...own.map((step) => step.endedAt ?? traces.endedAt));
  return {
    name,
    result: outcome?.result ?? (first ? "interrupted" : "skipped"),
    plan: outcome?.counts ?? reviewed(traces.artefact(`${name}/review.json`)),
    applied: outcome?.applied ?? apply?.status === "succeeded",
    ...(outcome?.error === undefined ? {} : { error: outcome.error }),
    findings: findingsOf(name, own, traces),
    ...(outcome?.retained === undefined ? {} : { retained: outcome.retained }),
    ...(first ? { startedAt: iso(first.startedAt), endedAt: iso(last) } : {}),
    planSeconds: spanOf(own, ["plan"]),
    applySeconds: spanOf(own, ["apply"]),
    gatesSeconds: spanOf(own, ["prove"]),
    seconds: first ? seconds(last - first.startedAt) : 0,
  };
}

/** From the first start to the last end of a layer's steps of these kinds. */
function spanOf(steps: readonly Step[], kinds: readonly Step["kind"][]): number {
  const chosen = steps.filter((step) => kinds.includes(step.kind));
  if (chosen.length === 0) return 0;
  const end = Math.max(...chosen.map((step) => step.endedAt ?? step.startedAt));
  return seconds(end - Math.min(...chosen.map((step) => step.startedAt)));
}

function reviewed(review: string | undefined): PlanCounts | null {
  if (review === undefined) return null;
  const parsed = z.looseObject({ counts: PlanCountsSchema }).safeParse(JSON.parse(review));
  return parsed.success ? parsed.data.counts : null;
}

function findingsOf(name: string, steps: readonly Step[], traces: RunTraces): Finding[] {
  return steps
    .filter((step) => step.kind === "prove")
    .flatMap((step) => {
      const text = traces.artefact(`${name}/gates/${step.gate}.json`);
      return text === undefined ? [] : z.array(FindingSchema).parse(JSON.parse(text));
    });
}
