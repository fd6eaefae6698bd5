import { matchesArn, matchesPattern } from "./patterns.ts";

/** Context keys in lower case: IAM's condition keys ignore case. */
export type Context = ReadonlyMap<string, readonly string[]>;

type Test = (value: string, wanted: string) => boolean;

const number =
  (compare: (a: number, b: number) => boolean): Test =>
  (value, wanted) =>
    compare(Number(value), Number(wanted));

/** A date is ISO 8601 or epoch seconds. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const date =
  (compare: (a: number, b: number) => boolean): Test =>
  (value, wanted) =>
    compare(instant(value), instant(wanted));

const equals: Test = (value, wanted) => value === wanted;
const equalsIgnoringCase: Test = (value, wanted) => value.toLowerCase() === wanted.toLowerCase();
const like: Test = (value, wanted) => matchesPattern(wanted, value);
const arn: Test = (value, wanted) => matchesArn(wanted, value);

/** `negated` operators hold when no wanted value matches, and when the key is absent. */
const OPERATORS: Readonly<Record<string, { test: Test; negated: boolean }>> = {
  StringEquals: { test: equals, negated: false },
  StringNotEquals: { test: equals, negated: true },
  StringEqualsIgnoreCase: { test: equalsIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { test: equalsIgnoringCase, negated: true },
  StringLike: { test: like, negated: false },
  StringNotLike: { test: like, negated: true },
  ArnEquals: { test: arn, negated: false },
  ArnLike: { test: arn, negated: false },
  ArnNotEquals: { test: arn, negated: true },
  ArnNotLike: { test: arn, negated: true },
  Bool: { test: equalsIgnoringCase, negated: false },
  NumericEquals: { test: number((a, b) => a === b), negated: false },
  NumericNotEquals: { test: number((a, b) => a === b), negated: true },
  NumericLessThan: { test: number((a, b) => a < b), negated: false },
  NumericLessThanEquals: { test: number((a, b) => a <= b), negated: false },
  NumericGreaterThan: { test: number((a, b) => a > b), negated: false },
  NumericGreaterThanEquals: { test: number((a, b) => a >= b), negated: false },
  DateEquals: { test: date((a, b) => a === b), negated: false },
  DateNotEquals: { test: date((a, b) => a === b), negated: true },
  DateLessThan: { test: date((a, b) => a < b), negated: false },
  DateLessThanEquals: { test: date((a, b) => a <= b), negated: false },
  DateGreaterThan: { test: date((a, b) => a > b), negated: false },
  DateGreaterThanEquals: { test: date((a, b) => a >= b), negated: false },
};

interface Parsed {
  readonly quantifier: "" | "ForAllValues" | "ForAnyValue";
  readonly base: string;
  readonly ifExists: boolean;
}

function parseOperator(operator: string): Parsed {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator);
  const [, quantifier = "", base = "", ifExists] = match ?? [];
  return { quantifier: quantifier as Parsed["quantifier"], base, ifExists: ifExists !== undefined };
}

/**
 * Does one condition (operator, key, wanted values) hold?
 * @throws for an operator that is not known here: guessing would let a policy mean something else than in AWS.
 */
export function conditionHolds(
  operator: string,
  key: string,
  wanted: readonly string[],
  context: Context,
): boolean {
  const values = context.get(key.toLowerCase());
  const { quantifier, base, ifExists } = parseOperator(operator);
  if (base === "Null") return wanted.some((text) => (text === "true") === (values === undefined));
  const known = OPERATORS[base];
  if (!known) throw new Error(`unknown IAM condition operator ${operator}`);
  const satisfies = (value: string): boolean =>
    wanted.some((text) => known.test(value, text)) !== known.negated;
  if (values === undefined || values.length === 0) {
    if (quantifier === "ForAllValues") return true;
    if (quantifier === "ForAnyValue") return ifExists;
    return ifExists || known.negated;
  }
  return quantifier === "ForAnyValue" ? values.some(satisfies) : values.every(satisfies);
}
