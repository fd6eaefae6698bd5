import jsonata from "jsonata";
import type { Json } from "../world/world.ts";
import { isObject } from "./contract.ts";

/** An expression that failed; the message is AWS's, without the sentence that names the state. */
export class QueryFailure extends Error {
  /** The field, e.g. `Arguments/FunctionName`. */
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

export type Bindings = Record<string, unknown>;
export type JsonType = "array" | "boolean" | "number" | "string" | "object" | "null";

/** Only a string that begins with `{%` and ends with `%}`, without surrounding blanks, is an expression. */
export const isExpression = (text: string): boolean => text.startsWith("{%") && text.endsWith("%}");
export const expressionOf = (text: string): string => text.slice(2, -2).trim();

const compiled = new Map<string, jsonata.Expression>();

/** Parses an expression once; throws JSONata's own error for one that does not parse. */
export function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known) return known;
  const expression = jsonata(source);
  compiled.set(source, expression);
  return expression;
}

export function typeOf(value: Json): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as JsonType;
}

/** Plain JSON of what JSONata returned, or undefined when there is a function (or a regex) in it. */
function plain(value: unknown): Json | undefined {
  if (typeof value === "function") return undefined;
  if (value === null || typeof value !== "object") return value as Json;
  if ("_jsonata_lambda" in value || "_jsonata_function" in value) return undefined;
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== undefined).map(plain);
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const copied = entries.map(([key, item]) => [key, plain(item)] as const);
  return copied.some(([, item]) => item === undefined) ? undefined : (Object.fromEntries(copied) as Json);
}

async function evaluateExpression(text: string, field: string, bindings: Bindings): Promise<Json> {
  const source = expressionOf(text);
  const subject = `The JSONata expression '${source}' specified for the field '${field}'`;
  let value: unknown;
  try {
    value = await compile(source).evaluate(undefined, bindings);
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message?: string };
    throw new QueryFailure(field, `${subject} threw an error during evaluation. ${code}: ${message}`);
  }
  if (value === undefined) throw new QueryFailure(field, `${subject} returned nothing (undefined).`);
  const result = plain(value);
  if (result === undefined) throw new QueryFailure(field, `${subject} returned an unsupported result type.`);
  return result;
}

/** Replaces every expression in a field by its value; everything else is literal. */
export async function evaluateTemplate(template: Json, field: string, bindings: Bindings): Promise<Json> {
  if (typeof template === "string")
    return isExpression(template) ? evaluateExpression(template, field, bindings) : template;
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries())
      items.push(await evaluateTemplate(item, `${field}[${index}]`, bindings));
    return items;
  }
  if (!isObject(template)) return template;
  const result: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(template))
    result[key] = await evaluateTemplate(item, `${field}/${key}`, bindings);
  return result;
}

/** The same for a field that must have one type. */
export async function evaluateTyped<T extends Json>(
  template: Json,
  field: string,
  expected: JsonType,
  bindings: Bindings,
): Promise<T> {
  const value = await evaluateTemplate(template, field, bindings);
  const actual = typeOf(value);
  if (actual === expected) return value as T;
  const source = typeof template === "string" && isExpression(template) ? expressionOf(template) : template;
  const text = typeof source === "string" ? source : JSON.stringify(source);
  throw new QueryFailure(
    field,
    `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(value)}`,
  );
}
