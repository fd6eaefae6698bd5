import type { Json } from "../../../../world/world.ts";
import { celValue, compileRule, type Expression, firstLine } from "../../admission/policies/expression.ts";
import { type JsonObject, objectsAt, textAt } from "../../json-values.ts";
import type { FieldProblem } from "../../status.ts";
import { shown } from "./problem.ts";

interface Rule {
  readonly text: string;
  readonly evaluate: Expression;
  readonly message: string | undefined;
  readonly messageExpression: Expression | undefined;
  /** Compares with what was before; says nothing of a new object. */
  readonly isTransition: boolean;
}

/** Compiled once for each schema, which is stored and so never changes. */
const kept = new WeakMap<JsonObject, readonly Rule[]>();

function rulesOf(schema: JsonObject): readonly Rule[] {
  const known = kept.get(schema);
  if (known) return known;
  const rules = objectsAt(schema, "x-kubernetes-validations").map((rule) => {
    const text = textAt(rule, "rule") ?? "";
    const expression = textAt(rule, "messageExpression");
    return {
      text,
      evaluate: compileRule(text),
      message: textAt(rule, "message"),
      messageExpression: expression === undefined ? undefined : compileRule(expression),
      isTransition: /\boldSelf\b/.test(text),
    };
  });
  kept.set(schema, rules);
  return rules;
}

/** A schema's `x-kubernetes-validations`. @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules */
export function checkRules(
  schema: JsonObject,
  value: Json,
  old: Json | undefined,
  path: string,
): FieldProblem[] {
  if (schema["x-kubernetes-validations"] === undefined) return [];
  const variables = { self: celValue(value), ...(old === undefined ? {} : { oldSelf: celValue(old) }) };
  return rulesOf(schema)
    .filter(({ isTransition }) => !isTransition || old !== undefined)
    .flatMap((rule) => broken(rule, variables, value, path));
}

function broken(rule: Rule, variables: object, value: Json, path: string): FieldProblem[] {
  let why: string;
  try {
    if (rule.evaluate(variables) === true) return [];
    const computed = rule.messageExpression?.(variables);
    why = typeof computed === "string" ? computed : (rule.message ?? `failed rule: ${rule.text}`);
  } catch (error) {
    why = `rule: ${rule.text} resulted in error: ${firstLine((error as Error).message)}`;
  }
  return [
    {
      field: path || "<nil>",
      reason: "FieldValueInvalid",
      message: `Invalid value: ${shown(value)}: ${why}`,
    },
  ];
}

/** What is wrong with the rules of a definition's schema, all the way down. */
export function ruleProblems(schema: Json, path: string): FieldProblem[] {
  if (typeof schema !== "object" || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap((part, index) => ruleProblems(part, `${path}[${index}]`));
  const own = objectsAt(schema, "x-kubernetes-validations").flatMap((rule, index): FieldProblem[] => {
    const text = textAt(rule, "rule") ?? "";
    try {
      compileRule(text);
      return [];
    } catch (error) {
      const message = `Invalid value: ${JSON.stringify(text)}: compilation failed: ${(error as Error).message}`;
      return [
        { field: `${path}.x-kubernetes-validations[${index}].rule`, reason: "FieldValueInvalid", message },
      ];
    }
  });
  const below = Object.entries(schema).flatMap(([key, child]) =>
    key === "x-kubernetes-validations" || key === "default" || key === "enum"
      ? []
      : ruleProblems(child, `${path}.${key}`),
  );
  return [...own, ...below];
}
