import type { Json } from "../../world/world.ts";
import { matchesPattern } from "../iam/patterns.ts";

type JsonObject = { [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const asText = (value: Json | undefined, test: (text: string) => boolean): boolean =>
  typeof value === "string" && test(value);

/** An operator's argument is text, or asks for the comparison without case. */
function textual(
  argument: Json | undefined,
  value: Json | undefined,
  test: (text: string, wanted: string) => boolean,
): boolean {
  if (typeof argument === "string") return asText(value, (text) => test(text, argument));
  const wanted = isObject(argument) ? argument["equals-ignore-case"] : undefined;
  if (typeof wanted !== "string") throw new Error("malformed event pattern");
  return asText(value, (text) => test(text.toLowerCase(), wanted.toLowerCase()));
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function numeric(comparisons: Json | undefined, value: Json | undefined): boolean {
  if (!Array.isArray(comparisons)) throw new Error("malformed event pattern: numeric");
  if (typeof value !== "number") return false;
  for (let index = 0; index < comparisons.length; index += 2) {
    const compare = COMPARE[String(comparisons[index])];
    if (!compare) throw new Error(`unknown numeric comparison ${String(comparisons[index])}`);
    if (!compare(value, Number(comparisons[index + 1]))) return false;
  }
  return true;
}

function anythingBut(argument: Json | undefined, value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (!isObject(argument)) return ![argument ?? null].flat().includes(value);
  return Object.entries(argument).every(([operator, wanted]) =>
    [wanted].flat().every((one) => !filterMatches({ [operator]: one }, value)),
  );
}

/** One content filter, e.g. `{ "prefix": "eu-" }`. @throws for an operator not known here. */
function filterMatches(filter: JsonObject, value: Json | undefined): boolean {
  const [[operator, argument] = ["", null]] = Object.entries(filter);
  switch (operator) {
    case "exists":
      return (value !== undefined) === argument;
    case "prefix":
      return textual(argument, value, (text, wanted) => text.startsWith(wanted));
    case "suffix":
      return textual(argument, value, (text, wanted) => text.endsWith(wanted));
    case "equals-ignore-case":
      return asText(value, (text) => text.toLowerCase() === String(argument).toLowerCase());
    case "wildcard":
      return asText(value, (text) => matchesPattern(String(argument).replaceAll("?", "\\?"), text));
    case "anything-but":
      return anythingBut(argument, value);
    case "numeric":
      return numeric(argument, value);
    default:
      throw new Error(`unknown event pattern operator ${operator}`);
  }
}

/** A pattern's leaf: any of its alternatives may match; an array in the event matches with any element. */
function leafMatches(alternatives: readonly Json[], value: Json | undefined): boolean {
  const values = Array.isArray(value) ? value : [value];
  return alternatives.some((alternative) =>
    isObject(alternative)
      ? values.some((one) => filterMatches(alternative, one))
      : values.some((one) => one === alternative),
  );
}

/**
 * Does an event match a rule's pattern?
 * @see EventBridge user guide, "Comparison operators for use in event patterns"
 */
export function matchesEvent(pattern: Json, event: Json | undefined): boolean {
  if (Array.isArray(pattern)) return leafMatches(pattern, event);
  if (!isObject(pattern)) throw new Error("malformed event pattern: a value must stand in a list");
  if (Array.isArray(event)) return event.some((element) => matchesEvent(pattern, element));
  const fields = isObject(event) ? event : {};
  return Object.entries(pattern).every(([name, inner]) =>
    name === "$or" && Array.isArray(inner)
      ? inner.some((alternative) => matchesEvent(alternative, event))
      : matchesEvent(inner, fields[name]),
  );
}
