import { RESERVED_WORDS } from "./reserved-words.ts";
import type { AttributeValue } from "./values.ts";
import { invalid } from "./values.ts";

/** `{ name: "items" }` or `{ index: 0 }`: the steps of a document path. */
export type Step = { readonly name: string } | { readonly index: number };
export type Path = readonly Step[];

/** Names and values that expressions stand for, and which of them were used: AWS refuses unused ones. */
export class Substitutions {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #used = new Set<string>();

  constructor(
    names: Readonly<Record<string, string>> | undefined,
    values: Readonly<Record<string, AttributeValue>> | undefined,
  ) {
    this.#names = names ?? {};
    this.#values = values ?? {};
  }

  name(token: string): string {
    if (!token.startsWith("#")) {
      if (!RESERVED_WORDS.has(token.toUpperCase())) return token;
      throw invalid(`Invalid expression: Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    this.#used.add(token);
    const name = this.#names[token];
    if (name === undefined)
      throw invalid(
        `Invalid expression: An expression attribute name used in the document path is not defined; attribute name: ${token}`,
      );
    return name;
  }

  value(token: string): AttributeValue {
    this.#used.add(token);
    const value = this.#values[token];
    if (value === undefined)
      throw invalid(
        `Invalid expression: An expression attribute value used in expression is not defined; attribute value: ${token}`,
      );
    return value;
  }

  checkAllUsed(): void {
    const unused = (tokens: object): string[] =>
      Object.keys(tokens).filter((token) => !this.#used.has(token));
    const names = unused(this.#names);
    const values = unused(this.#values);
    if (names.length > 0)
      throw invalid(
        `Value provided in ExpressionAttributeNames unused in expressions: keys: {${names.join(", ")}}`,
      );
    if (values.length > 0)
      throw invalid(
        `Value provided in ExpressionAttributeValues unused in expressions: keys: {${values.join(", ")}}`,
      );
  }
}

const TOKEN = /\s*(<>|<=|>=|[=<>(),.[\]+-]|[#:]?[A-Za-z0-9_]+)/y;

/** Reads an expression token by token. */
export class Tokens {
  readonly #tokens: string[] = [];
  readonly substitutions: Substitutions;
  #position = 0;

  constructor(expression: string, substitutions: Substitutions) {
    this.substitutions = substitutions;
    TOKEN.lastIndex = 0;
    const text = expression.trimEnd();
    while (TOKEN.lastIndex < text.length) {
      const from = TOKEN.lastIndex;
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined)
        throw invalid(`Invalid expression: Syntax error; near: "${text.slice(from, from + 12)}"`);
      this.#tokens.push(token);
    }
    if (this.#tokens.length === 0) throw invalid("Invalid expression: The expression can not be empty;");
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  peek(ahead = 0): string {
    return this.#tokens[this.#position + ahead] ?? "";
  }

  isWord(word: string, ahead = 0): boolean {
    return this.peek(ahead).toUpperCase() === word;
  }

  next(): string {
    const token = this.peek();
    if (token === "") throw invalid("Invalid expression: Syntax error; token: <EOF>");
    this.#position += 1;
    return token;
  }

  /** Takes the token if it is there. */
  takes(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#position += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.takes(word))
      throw invalid(`Invalid expression: Syntax error; token: "${this.peek() || "<EOF>"}"`);
  }

  expectEnd(): void {
    if (!this.isAtEnd) throw invalid(`Invalid expression: Syntax error; token: "${this.peek()}"`);
  }

  path(): Path {
    const steps: Step[] = [{ name: this.#name() }];
    for (;;) {
      if (this.takes(".")) steps.push({ name: this.#name() });
      else if (this.takes("[")) {
        steps.push({ index: Number(this.next()) });
        this.expect("]");
      } else return steps;
    }
  }

  #name(): string {
    const token = this.next();
    if (!/^#?\w+$/.test(token)) throw invalid(`Invalid expression: Syntax error; token: "${token}"`);
    return this.substitutions.name(token);
  }
}
