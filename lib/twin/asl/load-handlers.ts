import type { Json } from "../world/world.ts";
import { isObject } from "./contract.ts";
import type { Catcher, QueryLanguage } from "./definition.ts";
import { DefinitionError } from "./errors.ts";
import type { Retrier } from "./retry.ts";

const RETRIER_FIELDS = [
  "Comment",
  "ErrorEquals",
  "IntervalSeconds",
  "BackoffRate",
  "MaxAttempts",
  "MaxDelaySeconds",
  "JitterStrategy",
];

function entriesOf(value: Json | undefined, known: readonly string[], location: string) {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new DefinitionError(location, "not an array");
  return value.map((entry, index) => {
    if (!isObject(entry)) throw new DefinitionError(`${location}[${index}]`, "not an object");
    for (const name of Object.keys(entry))
      if (!known.includes(name)) throw new DefinitionError(`${location}[${index}]/${name}`, "unknown field");
    return entry;
  });
}

/** Names of one entry; `States.ALL` must stand alone and last, as AWS demands. */
function errorNames(value: Json | undefined, last: boolean, location: string): string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === "string"))
    throw new DefinitionError(`${location}/ErrorEquals`, "needs error names");
  if (value.includes("States.ALL") && (value.length > 1 || !last))
    throw new DefinitionError(`${location}/ErrorEquals`, "States.ALL must be alone and last");
  return value;
}

/** A number within AWS's bounds, or its default. */
function bounded(
  value: Json | undefined,
  fallback: number | undefined,
  range: readonly [number, number],
  location: string,
): number | undefined {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || value < range[0] || value > range[1])
    throw new DefinitionError(location, `not a number between ${range[0]} and ${range[1]}`);
  return value;
}

/**
 * Defaults: 1 s, rate 2, 3 attempts. Bounds: interval and attempts below 100,000,000, delay up to one year.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
 */
export function loadRetriers(value: Json | undefined, location: string): Retrier[] {
  const entries = entriesOf(value, RETRIER_FIELDS, location);
  return entries.map((entry, index) => {
    const at = `${location}[${index}]`;
    const jitter = entry.JitterStrategy ?? "NONE";
    if (jitter !== "NONE" && jitter !== "FULL")
      throw new DefinitionError(`${at}/JitterStrategy`, "unknown strategy");
    return {
      errorEquals: errorNames(entry.ErrorEquals, index === entries.length - 1, at),
      intervalSeconds: bounded(entry.IntervalSeconds, 1, [1, 99_999_999], `${at}/IntervalSeconds`) ?? 1,
      backoffRate: bounded(entry.BackoffRate, 2, [1, Number.MAX_VALUE], `${at}/BackoffRate`) ?? 2,
      maxAttempts: bounded(entry.MaxAttempts, 3, [0, 99_999_999], `${at}/MaxAttempts`) ?? 3,
      maxDelaySeconds: bounded(entry.MaxDelaySeconds, undefined, [1, 31_622_400], `${at}/MaxDelaySeconds`),
      fullJitter: jitter === "FULL",
    };
  });
}

export function loadCatchers(value: Json | undefined, language: QueryLanguage, location: string): Catcher[] {
  const own = language === "JSONata" ? ["Output"] : ["ResultPath"];
  const entries = entriesOf(value, ["Comment", "ErrorEquals", "Next", "Assign", ...own], location);
  return entries.map((entry, index) => {
    const at = `${location}[${index}]`;
    if (typeof entry.Next !== "string") throw new DefinitionError(`${at}/Next`, "a catcher needs a Next");
    return {
      errorEquals: errorNames(entry.ErrorEquals, index === entries.length - 1, at),
      next: entry.Next,
      fields: entry,
    };
  });
}
