import { Environment } from "@marcbachmann/cel-js";
import type { Json } from "../../../../world/world.ts";

/** A value as CEL knows it: whole numbers are integers of their own there. */
export type CelValue = string | bigint | number | boolean | null | CelValue[] | { [key: string]: CelValue };

export type Expression = (variables: object) => unknown;

/** Variables that an admission policy may use; what else Kubernetes offers (`params`, `authorizer`) is not there. */
const ofPolicies = environmentOf(["object", "oldObject", "request", "namespaceObject", "variables"]);
/** Of the rules in a definition's schema. */
const ofRules = environmentOf(["self", "oldSelf"]);

function environmentOf(variables: readonly string[]): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  for (const name of variables) environment.registerVariable(name, "dyn");
  return environment;
}

/**
 * Compiles an expression. Throws Error for one that is wrong, or that uses a variable or a function which the twin
 * does not know: better refused than taken for true.
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */
export const compile = (text: string): Expression => compileIn(ofPolicies, text);

/** The same for a rule of a schema. */
export const compileRule = (text: string): Expression => compileIn(ofRules, text);

function compileIn(environment: Environment, text: string): Expression {
  const checked = environment.check(text);
  if (!checked.valid) throw new Error(firstLine(checked.error?.message ?? "it cannot be read"));
  return environment.parse(text) as Expression;
}

export const firstLine = (text: string): string => text.split("\n")[0] ?? text;

export function celValue(value: Json): CelValue {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, celValue(field)]));
}
