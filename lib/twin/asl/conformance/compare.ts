import type { Json } from "../../world/world.ts";
import { isObject } from "../contract.ts";
import type { HistoryEvent } from "../history.ts";
import type { Outcome } from "../interpreter.ts";
import type { Case } from "./case.ts";
import { type TracedEvent, traceHistory, traceRecorded } from "./trace.ts";

const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function matchesText(expected: string, actual: Json, tokens: readonly string[]): boolean {
  if (tokens.includes(expected)) return true;
  if (typeof actual !== "string") return false;
  // JSON text within a text: its spacing and key order are not recorded facts.
  const [structure, actualStructure] = [parsed(expected), parsed(actual)];
  if (typeof structure === "object" && structure !== null) return matches(structure, actualStructure, tokens);
  const longestFirst = [...tokens].sort((a, b) => b.length - a.length).map(escapeText);
  const parts = longestFirst.length > 0 ? expected.split(new RegExp(longestFirst.join("|"))) : [expected];
  return new RegExp(`^${parts.map(escapeText).join("[^]*")}$`).test(actual);
}

/** Text that the recording had parsed because it began with a brace is parsed here as well. */
function parsed(actual: Json): Json {
  if (typeof actual !== "string") return actual;
  try {
    return JSON.parse(actual) as Json;
  } catch {
    return actual;
  }
}

/** Whether `actual` is what was recorded, masked values aside. */
export function matches(expected: Json, actual: Json | undefined, tokens: readonly string[]): boolean {
  if (actual === undefined) return false;
  if (typeof expected === "string") return matchesText(expected, actual, tokens);
  if (expected === null || typeof expected !== "object") return expected === actual;
  const value = parsed(actual);
  if (Array.isArray(expected))
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((item, index) => matches(item, value[index], tokens))
    );
  if (!isObject(value)) return false;
  const keys = Object.keys(expected);
  return (
    keys.length === Object.keys(value).length &&
    keys.every((key) => matches(expected[key] ?? null, value[key], tokens))
  );
}

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 400) ?? "nothing";

/** Level a: status, and output or error. Returns the first difference. */
export function compareOutcome(recorded: Case, outcome: Outcome): string | undefined {
  const { status, output, error } = recorded.expected;
  if (outcome.status !== status) return `status: recorded ${status}, was ${show(outcome)}`;
  if (outcome.status === "SUCCEEDED")
    return output === undefined || matches(output, outcome.output, recorded.placeholderTokens)
      ? undefined
      : `output: recorded ${show(output)}, was ${show(outcome.output)}`;
  const actual = outcome.status === "TIMED_OUT" ? undefined : outcome.error;
  const same = error == null ? actual === undefined : matches(error, actual, recorded.placeholderTokens);
  return same ? undefined : `error: recorded ${show(error)}, was ${show(actual)}`;
}

/** Level b: the text of the cause. Returns the first difference. */
export function compareCause(recorded: Case, outcome: Outcome): string | undefined {
  const { cause } = recorded.expected;
  const actual = outcome.status === "FAILED" || outcome.status === "ABORTED" ? outcome.cause : undefined;
  const same = cause == null ? actual === undefined : matches(cause, actual, recorded.placeholderTokens);
  return same ? undefined : `cause: recorded ${show(cause)}, was ${show(actual)}`;
}

const line = (event: TracedEvent | undefined): string =>
  event ? [event.type, event.state, event.index].filter((part) => part !== undefined).join(" ") : "nothing";

function firstDifference(
  recorded: readonly string[],
  actual: readonly string[],
  where: string,
): string | undefined {
  const length = Math.max(recorded.length, actual.length);
  for (let index = 0; index < length; index++)
    if (recorded[index] !== actual[index])
      return `${where}, place ${index + 1}: recorded ${recorded[index] ?? "nothing"}, was ${actual[index] ?? "nothing"}`;
  return undefined;
}

function byScope(events: readonly TracedEvent[]): Map<string, string[]> {
  const scopes = new Map<string, string[]>();
  for (const event of events) {
    const scope = event.scope.join(" > ");
    scopes.set(scope, [...(scopes.get(scope) ?? []), line(event)]);
  }
  return scopes;
}

/** Lost in the recording itself wherever a Parallel's events were masked: the ends of Parallels. */
const isLost = (event: TracedEvent): boolean =>
  /^ParallelState(Succeeded|Failed|Aborted|Exited)$/.test(event.type);

const plainLine = (event: TracedEvent, named: ReadonlySet<string>): string =>
  named.has(event.type) ? line(event) : event.type;

/** Around a masked stretch the order counts; within it, only what is there. */
function compareMasked(recorded: Case, actual: readonly TracedEvent[]): string | undefined {
  const expected = traceRecorded(recorded.events);
  const masked = recorded.events.map((event) => event.id == null);
  const first = masked.indexOf(true);
  const after = expected.length - 1 - masked.lastIndexOf(true);
  const named = new Set(
    expected.filter((event) => /State(Entered|Exited)$/.test(event.type)).map(({ type }) => type),
  );
  const lines = (events: readonly TracedEvent[]): string[] => events.map((event) => plainLine(event, named));
  const inner = (events: readonly TracedEvent[]): string[] => {
    const middle = events.slice(first, events.length - after);
    return lines(middle.filter((event) => !isLost(event))).sort();
  };
  const tail = (events: readonly TracedEvent[]) => lines(events.slice(events.length - after));
  return (
    firstDifference(lines(expected.slice(0, first)), lines(actual.slice(0, first)), "before the Parallel") ??
    firstDifference(inner(expected), inner(actual), "in the Parallel, sorted") ??
    firstDifference(tail(expected), tail(actual), "after the Parallel")
  );
}

/** Level c: the order of event types, states and indexes within each scope. Returns the first difference. */
export function compareHistory(recorded: Case, history: readonly HistoryEvent[]): string | undefined {
  if (recorded.events.length === 0) return undefined;
  const actual = traceHistory(history);
  if (recorded.parallelEventsMasked && recorded.events.some((event) => event.id == null))
    return compareMasked(recorded, actual);
  const expectedScopes = byScope(traceRecorded(recorded.events));
  const actualScopes = byScope(actual);
  for (const scope of new Set([...expectedScopes.keys(), ...actualScopes.keys()])) {
    const difference = firstDifference(
      expectedScopes.get(scope) ?? [],
      actualScopes.get(scope) ?? [],
      `events of ${scope || "the execution"}`,
    );
    if (difference) return difference;
  }
  return undefined;
}
