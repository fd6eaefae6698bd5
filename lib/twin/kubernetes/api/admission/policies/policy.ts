import type { ApiObject } from "../../api-object.ts";
import { at, type JsonObject, objectAt, objectsAt, textAt } from "../../json-values.ts";
import type { FieldProblem } from "../../status.ts";
import { compile, type Expression } from "./expression.ts";

export interface Named {
  readonly name: string;
  readonly evaluate: Expression;
}

export interface Validation {
  readonly text: string;
  readonly evaluate: Expression;
  readonly message: string | undefined;
  readonly messageExpression: Expression | undefined;
  readonly reason: string;
}

/** A ValidatingAdmissionPolicy whose expressions are compiled. */
export interface Policy {
  readonly name: string;
  readonly constraints: JsonObject;
  readonly ignoresFailures: boolean;
  readonly conditions: readonly Named[];
  readonly variables: readonly Named[];
  readonly validations: readonly Validation[];
}

const named = (entry: JsonObject): Named => ({
  name: String(entry.name ?? ""),
  evaluate: compile(String(entry.expression ?? "")),
});

/** Throws Error for an expression that does not compile; such a policy was refused when it was written. */
export function policyOf(object: ApiObject): Policy {
  const { spec } = object;
  return {
    name: object.metadata.name,
    constraints: objectAt(spec, "matchConstraints") ?? {},
    ignoresFailures: textAt(spec, "failurePolicy") === "Ignore",
    conditions: objectsAt(spec, "matchConditions").map(named),
    variables: objectsAt(spec, "variables").map(named),
    validations: objectsAt(spec, "validations").map((entry) => ({
      text: String(entry.expression ?? ""),
      evaluate: compile(String(entry.expression ?? "")),
      message: textAt(entry, "message"),
      messageExpression:
        entry.messageExpression === undefined ? undefined : compile(String(entry.messageExpression)),
      reason: textAt(entry, "reason") ?? "Invalid",
    })),
  };
}

const LISTS = ["matchConditions", "variables", "validations"] as const;

/** What is wrong with a policy's expressions, and what of it the twin does not know. */
export function policyProblems(object: ApiObject): FieldProblem[] {
  const problems: FieldProblem[] = LISTS.flatMap((list) =>
    objectsAt(object, "spec", list).flatMap((entry, index) =>
      expressionProblem(`spec.${list}[${index}].expression`, String(entry.expression ?? "")),
    ),
  );
  if (at(object, "spec", "paramKind") !== undefined)
    problems.push(invalidField("spec.paramKind", "the twin knows no parameters of admission policies"));
  return problems;
}

function expressionProblem(field: string, text: string): FieldProblem[] {
  try {
    compile(text);
    return [];
  } catch (error) {
    const why = `Invalid value: ${JSON.stringify(text)}: compilation failed: ${(error as Error).message}`;
    return [{ field, reason: "FieldValueInvalid", message: why }];
  }
}

const invalidField = (field: string, why: string): FieldProblem => ({
  field,
  reason: "FieldValueInvalid",
  message: `Invalid value: ${why}`,
});
