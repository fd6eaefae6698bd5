/** A reader for the part of HCL that the layers use: enough structure to check rules, no evaluation. */

/** An expression as far as it is literal; everything that terraform would compute is `Computed`. */
export type Expression = string | number | boolean | null | Expression[] | ObjectExpression | Call | Computed;
export interface ObjectExpression {
  readonly kind: "object";
  readonly entries: ReadonlyMap<string, Expression>;
}
export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Expression[];
}
export interface Computed {
  readonly kind: "computed";
  readonly text: string;
}

export interface Body {
  readonly attributes: ReadonlyMap<string, Expression>;
  readonly blocks: readonly Block[];
}
export interface Block extends Body {
  readonly type: string;
  readonly labels: readonly string[];
}

interface Token {
  readonly kind: "name" | "string" | "number" | "symbol" | "newline";
  readonly text: string;
}

const PATTERNS: readonly [Token["kind"] | "skip", RegExp][] = [
  ["skip", /[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ["newline", /\n/y],
  ["number", /\d+(\.\d+)?/y],
  ["name", /[A-Za-z_][\w-]*/y],
  ["symbol", /\.\.\.|&&|\|\||[=!<>]=|=>|[{}[\]()=,.:?!<>+\-*/%]/y],
];

/** Where a quoted string ends that begins at `start`; its interpolations may hold strings of their own. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === "\\" || text.startsWith("$${", at)) at++;
    else if (text.startsWith("${", at)) at = endOfInterpolation(text, at + 2) - 1;
  }
  throw new SyntaxError(`a string is not closed: ${text.slice(start, start + 40)}`);
}

function endOfInterpolation(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') at = endOfString(text, at) - 1;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at + 1;
  }
  throw new SyntaxError(`an interpolation is not closed: ${text.slice(start, start + 40)}`);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      const end = endOfString(text, at);
      tokens.push({ kind: "string", text: text.slice(at + 1, end - 1) });
      at = end;
      continue;
    }
    const found = PATTERNS.map(([kind, pattern]) => {
      pattern.lastIndex = at;
      return { kind, text: pattern.exec(text)?.[0] };
    }).find((match) => match.text !== undefined);
    if (found?.text === undefined) throw new SyntaxError(`cannot read ${text.slice(at, at + 20)}`);
    if (found.kind !== "skip") tokens.push({ kind: found.kind, text: found.text });
    at += found.text.length;
  }
  return tokens;
}

const OPENING = new Set(["{", "[", "("]);
const CLOSING = new Set(["}", "]", ")"]);

class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  body(): Body {
    const attributes = new Map<string, Expression>();
    const blocks: Block[] = [];
    for (this.newlines(); this.peek() && !this.is("}"); this.newlines()) {
      const name = this.next().text;
      if (this.is("=")) {
        this.next();
        attributes.set(name, this.expression());
      } else blocks.push(this.block(name));
    }
    return { attributes, blocks };
  }

  private block(type: string): Block {
    const labels: string[] = [];
    while (!this.is("{")) labels.push(this.next().text);
    this.next();
    const body = this.body();
    this.next();
    return { type, labels, ...body };
  }

  /** A literal, or, when more follows on the line, the computed whole. */
  private expression(): Expression {
    const start = this.at;
    const literal = this.literal();
    if (literal !== undefined && this.ends()) return literal;
    this.at = start;
    let depth = 0;
    while (this.peek() && !(depth === 0 && this.ends())) {
      const { kind, text } = this.next();
      if (kind === "symbol" && OPENING.has(text)) depth++;
      if (kind === "symbol" && CLOSING.has(text)) depth--;
    }
    const text = this.tokens.slice(start, this.at).map((token) => token.text);
    return { kind: "computed", text: text.join(" ") };
  }

  private literal(): Expression | undefined {
    const token = this.next();
    if (token.kind === "number") return Number(token.text);
    if (token.kind === "string")
      return token.text.includes("${") ? { kind: "computed", text: token.text } : token.text;
    if (token.text === "true" || token.text === "false") return token.text === "true";
    if (token.text === "null") return null;
    if (token.kind === "name" && this.is("(")) return this.call(token.text);
    if (token.text === "[") return this.peekPast("for") ? undefined : this.list("]");
    if (token.text === "{") return this.peekPast("for") ? undefined : this.object();
    return undefined;
  }

  private call(name: string): Call {
    this.next();
    return { kind: "call", name, args: this.list(")") };
  }

  private list(closing: string): Expression[] {
    const items: Expression[] = [];
    for (this.separators(); !this.is(closing); this.separators()) items.push(this.expression());
    this.next();
    return items;
  }

  private object(): ObjectExpression {
    const entries = new Map<string, Expression>();
    for (this.separators(); !this.is("}"); this.separators()) {
      const key = this.next().text;
      this.next();
      entries.set(key, this.expression());
    }
    this.next();
    return { kind: "object", entries };
  }

  private peekPast(word: string): boolean {
    let at = this.at;
    while (this.tokens[at]?.kind === "newline") at++;
    return this.tokens[at]?.text === word && this.tokens[at]?.kind === "name";
  }
  private peek(): Token | undefined {
    return this.tokens[this.at];
  }
  private next(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw new SyntaxError("the file ends too early");
    return token;
  }
  private is(symbol: string): boolean {
    return this.peek()?.kind === "symbol" && this.peek()?.text === symbol;
  }
  private ends(): boolean {
    const token = this.peek();
    return !token || token.kind === "newline" || token.text === "," || this.isClosing(token);
  }
  private isClosing(token: Token): boolean {
    return token.kind === "symbol" && CLOSING.has(token.text);
  }
  private newlines(): void {
    while (this.peek()?.kind === "newline") this.at++;
  }
  private separators(): void {
    while (this.peek()?.kind === "newline" || this.is(",")) this.at++;
  }
}

export const parseHcl = (text: string): Body => new Reader(tokenize(text)).body();

export const isKind = <Kind extends "object" | "call" | "computed">(
  expression: Expression | undefined,
  kind: Kind,
): expression is Extract<Expression, { kind: Kind }> =>
  typeof expression === "object" &&
  expression !== null &&
  !Array.isArray(expression) &&
  expression.kind === kind;

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** As plain data; what terraform would compute is null. */
export function toPlain(expression: Expression | undefined): Plain {
  if (Array.isArray(expression)) return expression.map(toPlain);
  if (isKind(expression, "object"))
    return Object.fromEntries([...expression.entries].map(([key, value]) => [key, toPlain(value)]));
  if (typeof expression === "object") return null;
  return expression ?? null;
}
