import { valueAt } from "./paths.ts";
import type { Path, Substitutions } from "./tokens.ts";
import { Tokens } from "./tokens.ts";
import {
  type AttributeValue,
  compare,
  type Item,
  invalid,
  isEqual,
  setOf,
  sizeOf,
  typeOf,
} from "./values.ts";

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "size"; readonly path: Path };

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly [Condition, Condition] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly value: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly value: Operand; readonly among: readonly Operand[] }
  | { readonly kind: "call"; readonly name: string; readonly parameters: readonly Operand[] };

const COMPARATORS = ["=", "<>", "<", "<=", ">", ">="];
/** Functions and how many parameters they take. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

function operand(tokens: Tokens): Operand {
  if (tokens.peek().startsWith(":"))
    return { kind: "value", value: tokens.substitutions.value(tokens.next()) };
  if (tokens.peek() === "size" && tokens.peek(1) === "(") {
    tokens.next();
    tokens.expect("(");
    const path = tokens.path();
    tokens.expect(")");
    return { kind: "size", path };
  }
  return { kind: "path", path: tokens.path() };
}

function operands(tokens: Tokens): Operand[] {
  tokens.expect("(");
  const list = [operand(tokens)];
  while (tokens.takes(",")) list.push(operand(tokens));
  tokens.expect(")");
  return list;
}

function functionCall(tokens: Tokens): Condition {
  const name = tokens.next();
  const parameters = operands(tokens);
  if (FUNCTIONS[name] !== parameters.length)
    throw invalid(`Invalid expression: Incorrect number of operands for operator or function: ${name}`);
  return { kind: "call", name, parameters };
}

function primary(tokens: Tokens): Condition {
  if (tokens.takes("(")) {
    const inner = disjunction(tokens);
    tokens.expect(")");
    return inner;
  }
  if (tokens.peek(1) === "(" && tokens.peek() !== "size") {
    if (!Object.hasOwn(FUNCTIONS, tokens.peek()))
      throw invalid(`Invalid expression: Invalid function name; function: ${tokens.peek()}`);
    return functionCall(tokens);
  }
  const left = operand(tokens);
  if (tokens.takes("BETWEEN")) {
    const low = operand(tokens);
    tokens.expect("AND");
    return { kind: "between", value: left, low, high: operand(tokens) };
  }
  if (tokens.takes("IN")) return { kind: "in", value: left, among: operands(tokens) };
  const operator = tokens.next();
  if (!COMPARATORS.includes(operator))
    throw invalid(`Invalid expression: Syntax error; token: "${operator}"`);
  return { kind: "compare", operator, left, right: operand(tokens) };
}

function negation(tokens: Tokens): Condition {
  return tokens.takes("NOT") ? { kind: "not", part: negation(tokens) } : primary(tokens);
}

function conjunction(tokens: Tokens): Condition {
  let condition = negation(tokens);
  while (tokens.takes("AND")) condition = { kind: "and", parts: [condition, negation(tokens)] };
  return condition;
}

function disjunction(tokens: Tokens): Condition {
  let condition = conjunction(tokens);
  while (tokens.takes("OR")) condition = { kind: "or", parts: [condition, conjunction(tokens)] };
  return condition;
}

/** @throws ValidationException where DynamoDB would refuse the expression */
export function parseCondition(expression: string, substitutions: Substitutions): Condition {
  const tokens = new Tokens(expression, substitutions);
  const condition = disjunction(tokens);
  tokens.expectEnd();
  return condition;
}

function resolve(one: Operand, item: Item): AttributeValue | undefined {
  if (one.kind === "value") return one.value;
  const value = valueAt(item, one.path);
  if (one.kind === "path" || value === undefined) return value;
  const size = sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function compares(operator: string, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (operator === "<>") return a === undefined || b === undefined || !isEqual(a, b);
  if (a === undefined || b === undefined) return false;
  if (operator === "=") return isEqual(a, b);
  const order = compare(a, b);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function contains(whole: AttributeValue, part: AttributeValue): boolean {
  if ("S" in whole) return "S" in part && whole.S.includes(part.S);
  if ("L" in whole) return whole.L.some((one) => isEqual(one, part));
  return setOf(whole)?.includes(String(Object.values(part)[0])) ?? false;
}

function functionHolds(name: string, parameters: readonly Operand[], item: Item): boolean {
  const [first, second] = parameters.map((parameter) => resolve(parameter, item));
  if (name === "attribute_exists") return first !== undefined;
  if (name === "attribute_not_exists") return first === undefined;
  if (first === undefined || second === undefined) return false;
  if (name === "attribute_type") return "S" in second && typeOf(first) === second.S;
  if (name === "contains") return contains(first, second);
  return "S" in first && "S" in second && first.S.startsWith(second.S);
}

/** Does the condition hold for an item (`{}` for one that is not there)? */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return condition.parts.every((part) => holds(part, item));
    case "or":
      return condition.parts.some((part) => holds(part, item));
    case "not":
      return !holds(condition.part, item);
    case "compare":
      return compares(condition.operator, resolve(condition.left, item), resolve(condition.right, item));
    case "between": {
      const value = resolve(condition.value, item);
      return (
        compares(">=", value, resolve(condition.low, item)) &&
        compares("<=", value, resolve(condition.high, item))
      );
    }
    case "in": {
      const value = resolve(condition.value, item);
      return condition.among.some((one) => compares("=", value, resolve(one, item)));
    }
    case "call":
      return functionHolds(condition.name, condition.parameters, item);
  }
}
