import { valueAt, withValueAt } from "./paths.ts";
import { type Path, type Substitutions, Tokens } from "./tokens.ts";
import { type AttributeValue, type Item, invalid, isEqual, setOf, typeOf } from "./values.ts";

type Compute = (item: Item) => AttributeValue;
type Change =
  | { readonly kind: "set"; readonly path: Path; readonly compute: Compute }
  | { readonly kind: "remove"; readonly path: Path }
  | { readonly kind: "add" | "delete"; readonly path: Path; readonly value: AttributeValue };

export interface Update {
  readonly changes: readonly Change[];
}

const CLAUSES = ["SET", "REMOVE", "ADD", "DELETE"];

const missing = (): Error =>
  invalid("The provided expression refers to an attribute that does not exist in the item");
const wrongType = (): Error => invalid("An operand in the update expression has an incorrect data type");

function listAppend(a: AttributeValue, b: AttributeValue): AttributeValue {
  if (!("L" in a) || !("L" in b)) throw wrongType();
  return { L: [...a.L, ...b.L] };
}

/** Sums of integers stay exact; fractions are added as doubles, which DynamoDB's 38 digits are not. */
function sum(a: AttributeValue, b: AttributeValue, sign: 1 | -1): AttributeValue {
  if (!("N" in a) || !("N" in b)) throw wrongType();
  if (/^-?\d+$/.test(a.N) && /^-?\d+$/.test(b.N))
    return { N: String(BigInt(a.N) + BigInt(sign) * BigInt(b.N)) };
  return { N: String(Number(a.N) + sign * Number(b.N)) };
}

function operand(tokens: Tokens): Compute {
  if (tokens.peek().startsWith(":")) {
    const value = tokens.substitutions.value(tokens.next());
    return () => value;
  }
  if (tokens.peek(1) === "(") {
    const name = tokens.next();
    tokens.expect("(");
    const call = name === "if_not_exists" ? ifNotExists(tokens) : appended(tokens, name);
    tokens.expect(")");
    return call;
  }
  const path = tokens.path();
  return (item) => {
    const value = valueAt(item, path);
    if (value === undefined) throw missing();
    return value;
  };
}

function ifNotExists(tokens: Tokens): Compute {
  const path = tokens.path();
  tokens.expect(",");
  const otherwise = operand(tokens);
  return (item) => valueAt(item, path) ?? otherwise(item);
}

function appended(tokens: Tokens, name: string): Compute {
  if (name !== "list_append")
    throw invalid(`Invalid UpdateExpression: Invalid function name; function: ${name}`);
  const first = operand(tokens);
  tokens.expect(",");
  const second = operand(tokens);
  return (item) => listAppend(first(item), second(item));
}

function assignment(tokens: Tokens): Change {
  const path = tokens.path();
  tokens.expect("=");
  const left = operand(tokens);
  const sign = tokens.takes("+") ? 1 : tokens.takes("-") ? -1 : undefined;
  if (sign === undefined) return { kind: "set", path, compute: left };
  const right = operand(tokens);
  return { kind: "set", path, compute: (item) => sum(left(item), right(item), sign) };
}

function change(tokens: Tokens, clause: string): Change {
  if (clause === "SET") return assignment(tokens);
  const path = tokens.path();
  if (clause === "REMOVE") return { kind: "remove", path };
  const value = tokens.substitutions.value(tokens.next());
  return { kind: clause === "ADD" ? "add" : "delete", path, value };
}

/** @throws ValidationException where DynamoDB would refuse the expression */
export function parseUpdate(expression: string, substitutions: Substitutions): Update {
  const tokens = new Tokens(expression, substitutions);
  const changes: Change[] = [];
  const seen = new Set<string>();
  while (!tokens.isAtEnd) {
    const clause = tokens.next().toUpperCase();
    if (!CLAUSES.includes(clause) || seen.has(clause))
      throw invalid(`Invalid UpdateExpression: Syntax error; token: "${clause}"`);
    seen.add(clause);
    do changes.push(change(tokens, clause));
    while (tokens.takes(","));
  }
  const paths = changes.map(({ path }) => JSON.stringify(path));
  if (new Set(paths).size < paths.length)
    throw invalid("Invalid UpdateExpression: Two document paths overlap with each other");
  return { changes };
}

function added(existing: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if ("N" in value) return sum(existing ?? { N: "0" }, value, 1);
  const [members, more] = [existing ? setOf(existing) : [], setOf(value)];
  if (!members || !more || (existing && typeOf(existing) !== typeOf(value))) throw wrongType();
  return { [typeOf(value)]: [...new Set([...members, ...more])] } as unknown as AttributeValue;
}

function without(existing: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  const [members, less] = [setOf(existing), setOf(value)];
  if (!members || !less || typeOf(existing) !== typeOf(value)) throw wrongType();
  const kept = members.filter((member) => !less.includes(member));
  return kept.length === 0 ? undefined : ({ [typeOf(value)]: kept } as unknown as AttributeValue);
}

/** The item after the update; every operand is read from the item before it, as in DynamoDB. */
export function updated(update: Update, before: Item): Item {
  let item = before;
  for (const one of update.changes) {
    const existing = valueAt(before, one.path);
    if (one.kind === "set") item = withValueAt(item, one.path, one.compute(before));
    else if (one.kind === "add") item = withValueAt(item, one.path, added(existing, one.value));
    else if (existing !== undefined) {
      const kept = one.kind === "delete" ? without(existing, one.value) : undefined;
      item = withValueAt(item, one.path, kept);
    }
  }
  return item;
}

/** The attributes at the update's paths: what UPDATED_OLD and UPDATED_NEW return. */
export function touched(update: Update, item: Item): Item {
  const names = new Set(
    update.changes.flatMap(({ path }) => path.slice(0, 1)).map((s) => ("name" in s ? s.name : "")),
  );
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

/** @throws ValidationException when an update would change a key attribute */
export function checkKeysKept(keys: readonly string[], before: Item, after: Item): void {
  for (const key of keys) {
    const [old, made] = [before[key], after[key]];
    if (old && (!made || !isEqual(old, made)))
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${key}. This attribute is part of the key`,
      );
  }
}
