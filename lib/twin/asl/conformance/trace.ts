import { detailsOf, type HistoryEvent } from "../history.ts";
import type { RecordedEvent } from "./case.ts";

/** An event reduced to what the order within each scope is compared by. */
export interface TracedEvent {
  readonly type: string;
  readonly state: string | undefined;
  readonly index: number | undefined;
  readonly scope: readonly string[];
}

interface Link {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Only where AWS's event itself names the state. */
  readonly name: string | undefined;
  readonly index: number | undefined;
}

/** AWS's events name their state on the way in and out, in iterations and in failed evaluations; others do not. */
const isNamed = (type: string): boolean =>
  /(State(Entered|Exited)|^MapIteration\w+|^EvaluationFailed)$/.test(type);

/** Without the innermost level that belongs to the Map or Parallel `name`, and all levels in it. */
function outside(scope: readonly string[], name: string): readonly string[] {
  const level = scope.findLastIndex((part) => part.startsWith(`${name}[`) || part.startsWith(`${name}/`));
  return level < 0 ? scope : scope.slice(0, level);
}

const NOWHERE: TracedEvent = { type: "", state: undefined, index: undefined, scope: [] };

function place(link: Link, previous: TracedEvent): Pick<TracedEvent, "scope" | "state"> {
  const { type, name, index } = link;
  if (type.startsWith("Execution")) return { scope: [], state: undefined };
  if (name !== undefined && type.startsWith("MapIteration"))
    return { scope: [...outside(previous.scope, name), `${name}[${index}]`], state: name };
  if (name !== undefined && type.endsWith("StateEntered"))
    return {
      scope:
        previous.type === "ParallelStateStarted"
          ? [...previous.scope, `${previous.state}/${name}`]
          : previous.scope,
      state: name,
    };
  if (name !== undefined)
    return { scope: type.endsWith("Exited") ? outside(previous.scope, name) : previous.scope, state: name };
  const ended =
    /^(Map|Parallel)StateSucceeded$/.test(type) && !/^Map(StateStarted|RunSucceeded)$/.test(previous.type);
  return ended
    ? { scope: previous.scope.slice(0, -1), state: undefined }
    : { scope: previous.scope, state: previous.state };
}

/**
 * Follows each event's `previousEventId` to the Map iterations and Parallel branches around it, the only
 * structure that a history holds. Recorded and own histories go through this same function.
 */
function trace(links: readonly Link[]): TracedEvent[] {
  const byId = new Map<number, TracedEvent>();
  return links.map((link) => {
    const placed = place(link, byId.get(link.previousEventId) ?? NOWHERE);
    const traced: TracedEvent = { type: link.type, index: link.index, ...placed };
    byId.set(link.id, traced);
    return traced;
  });
}

export function traceRecorded(events: readonly RecordedEvent[]): TracedEvent[] {
  return trace(
    events.map((event) => ({
      id: event.id ?? -1,
      previousEventId: event.previousEventId ?? 0,
      type: event.type,
      name: isNamed(event.type) ? (event.state ?? undefined) : undefined,
      index: event.index ?? undefined,
    })),
  );
}

export function traceHistory(events: readonly HistoryEvent[]): TracedEvent[] {
  return trace(
    events.map((event) => {
      const { name, state, index } = detailsOf(event);
      const named = name ?? state;
      return {
        id: event.id,
        previousEventId: event.previousEventId,
        type: event.type,
        name: isNamed(event.type) && typeof named === "string" ? named : undefined,
        index: typeof index === "number" ? index : undefined,
      };
    }),
  );
}
