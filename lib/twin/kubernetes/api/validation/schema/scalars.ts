import type { JsonObject } from "../../json-values.ts";
import type { FieldProblem } from "../../status.ts";
import { wrong } from "./problem.ts";

const patterns = new Map<string, RegExp | undefined>();

/** Compiled once. One that JavaScript cannot read (Go's flags, say) is not checked. */
function patternOf(text: string): RegExp | undefined {
  if (!patterns.has(text)) patterns.set(text, compiled(text));
  return patterns.get(text);
}

function compiled(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "u");
  } catch {
    return lenient(text);
  }
}

/** Without the flag, escapes that need none are taken. */
function lenient(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
  cidr: /^[0-9a-fA-F.:]+\/\d{1,3}$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
  uuid: /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/,
};

export function checkText(schema: JsonObject, value: string, path: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { minLength, maxLength, pattern, format } = schema;
  const length = [...value].length;
  if (typeof minLength === "number" && length < minLength)
    problems.push(wrong(path, value, `should be at least ${minLength} chars long`));
  if (typeof maxLength === "number" && length > maxLength)
    problems.push({
      field: path,
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${maxLength} bytes`,
    });
  if (typeof pattern === "string" && patternOf(pattern)?.test(value) === false)
    problems.push(wrong(path, value, `should match '${pattern}'`));
  if (typeof format === "string" && FORMATS[format]?.test(value) === false)
    problems.push(wrong(path, value, `must be of type ${format}: ${JSON.stringify(value)}`));
  return problems;
}

export function checkNumber(schema: JsonObject, value: number, path: string): FieldProblem[] {
  const { multipleOf } = schema;
  const problems = [bound(schema, value, "minimum"), bound(schema, value, "maximum")].flatMap((why) =>
    why === undefined ? [] : [wrong(path, value, why)],
  );
  if (typeof multipleOf === "number" && multipleOf > 0 && !Number.isInteger(value / multipleOf))
    problems.push(wrong(path, value, `should be a multiple of ${multipleOf}`));
  if (schema.format === "int32" && Math.abs(value) > 2 ** 31)
    problems.push(wrong(path, value, "must be of type int32"));
  return problems;
}

/** What a number should be instead; undefined if it is within the bound. */
function bound(schema: JsonObject, value: number, name: "minimum" | "maximum"): string | undefined {
  const limit = schema[name];
  if (typeof limit !== "number") return undefined;
  const isOpen = schema[name === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"] === true;
  const beyond = name === "minimum" ? limit - value : value - limit;
  if (beyond < 0 || (beyond === 0 && !isOpen)) return undefined;
  return `should be ${name === "minimum" ? "greater" : "less"} than${isOpen ? "" : " or equal to"} ${limit}`;
}
