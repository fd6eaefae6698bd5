import type { Json } from "../../world/world.ts";
import { isObject } from "../contract.ts";
import { DefinitionError } from "../errors.ts";
import { lookUp, type PathScope, parsePath, resolve } from "./path.ts";

type Compare = (actual: Json, wanted: Json) => boolean;

/** Compares two values of one type; a value of another type never matches. */
const ordered =
  (type: "string" | "number", holds: (order: number) => boolean): Compare =>
  (actual, wanted) => {
    if (typeof actual !== type || typeof wanted !== type || actual === null || wanted === null) return false;
    return holds(actual < wanted ? -1 : actual > wanted ? 1 : 0);
  };

const COMPARISONS: Record<string, Compare> = { BooleanEquals: (a, b) => typeof a === "boolean" && a === b };
const ORDERS: Record<string, (order: number) => boolean> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};
for (const [name, holds] of Object.entries(ORDERS)) {
  COMPARISONS[`String${name}`] = ordered("string", holds);
  COMPARISONS[`Numeric${name}`] = ordered("number", holds);
}
const TESTS: Record<string, (actual: Json | undefined) => boolean> = {
  IsPresent: (actual) => actual !== undefined,
  IsNull: (actual) => actual === null,
  IsString: (actual) => typeof actual === "string",
  IsNumeric: (actual) => typeof actual === "number",
  IsBoolean: (actual) => typeof actual === "boolean",
};

const OUTER_FIELDS = ["Next", "Comment", "Assign"];

/** Refuses a rule with a comparison that is not implemented here. */
export function checkRule(rule: Json | undefined, outermost: boolean, location: string): void {
  if (!isObject(rule)) throw new DefinitionError(location, "not a choice rule");
  const [operator, ...others] = Object.keys(rule).filter(
    (name) => name !== "Variable" && !(outermost && OUTER_FIELDS.includes(name)),
  );
  if (operator === undefined || others.length > 0)
    throw new DefinitionError(location, "needs one comparison");
  const operand = rule[operator];
  if (operator === "Not") {
    checkRule(operand, false, `${location}/Not`);
    return;
  }
  if (operator === "And" || operator === "Or") {
    if (!Array.isArray(operand) || operand.length === 0) throw new DefinitionError(location, "needs rules");
    for (const part of operand) checkRule(part, false, `${location}/${operator}`);
    return;
  }
  if (!Object.hasOwn(COMPARISONS, operator.replace(/Path$/, "")) && !Object.hasOwn(TESTS, operator))
    throw new DefinitionError(location, `unknown comparison '${operator}'`);
  if (typeof rule.Variable !== "string" || !parsePath(rule.Variable))
    throw new DefinitionError(location, "needs a Variable");
}

/** Whether a rule that has been checked holds. */
export function holds(rule: Json, scope: PathScope): boolean {
  if (!isObject(rule)) return false;
  if (rule.Not !== undefined) return !holds(rule.Not, scope);
  if (Array.isArray(rule.And)) return rule.And.every((part) => holds(part, scope));
  if (Array.isArray(rule.Or)) return rule.Or.some((part) => holds(part, scope));
  const variable = String(rule.Variable);
  for (const [name, test] of Object.entries(TESTS))
    if (rule[name] !== undefined) return test(lookUp(variable, scope)) === rule[name];
  const operator = Object.keys(rule).find((name) => Object.hasOwn(COMPARISONS, name.replace(/Path$/, "")));
  const wanted = operator === undefined ? null : (rule[operator] ?? null);
  const compare = COMPARISONS[(operator ?? "").replace(/Path$/, "")];
  const other = operator?.endsWith("Path") ? resolve(String(wanted), operator, scope) : wanted;
  return compare?.(resolve(variable, "Variable", scope), other) ?? false;
}
