/** A variable or an output as a layer declares it, its expressions as text on one line. */
export interface Declaration {
  readonly name: string;
  /** `type`, `default`, `description`, `sensitive` …, as far as they are there. */
  readonly attributes: Readonly<Record<string, string>>;
}

// terraform fmt, which the layers are held to: blocks begin and end at the margin, their attributes two blanks in.
const BLOCK = /^(variable|output) "(\w+)" \{\n([\s\S]*?)\n\}$/gm;
const ATTRIBUTE = /^ {2}(\w+) += (.*(?:\n(?: {3,}.*| {2}[\])}].*|))*)/gm;
const RESOURCE = /^resource "(\w+)" "(\w+)"/gm;
const MODULE = /^module "(\w+)" \{\n +source += "([^"]+)"/gm;

const onOneLine = (expression: string): string =>
  expression
    .replace(/ *#.*$/gm, "")
    .trim()
    // What stood on lines of its own is parted by commas from here on.
    .replace(/([^,[({\s])\s*\n\s*(?=[^\])}\s])/g, "$1, ")
    .replace(/\s+/g, " ")
    .replace(/,? ?([\])}])/g, (_, closing: string) => (closing === "}" ? " }" : closing))
    .replace(/([[({]) /g, (_, opening: string) => (opening === "{" ? "{ " : opening))
    .replace(/\{ +\}/g, "{}");

const literal = (expression: string): string =>
  expression.startsWith('"') ? (JSON.parse(expression) as string) : expression;

/** The variables or outputs of a file, in its order. */
export const declarationsIn = (text: string, kind: "variable" | "output"): Declaration[] =>
  [...text.matchAll(BLOCK)]
    .filter(([, block]) => block === kind)
    .map(([, , name = "", body = ""]) => ({
      name,
      attributes: Object.fromEntries(
        [...body.matchAll(ATTRIBUTE)].map(([, attribute = "", expression = ""]) => [
          attribute,
          attribute === "description" ? literal(expression.trim()) : onOneLine(expression),
        ]),
      ),
    }));

/** What a file makes: its resources and modules by type, each with its names. */
export function madeIn(text: string): ReadonlyMap<string, readonly string[]> {
  const made = new Map<string, string[]>();
  const note = (type: string, name: string): void => {
    made.set(type, [...(made.get(type) ?? []), name]);
  };
  for (const [, type = "", name = ""] of text.matchAll(RESOURCE)) note(type, name);
  for (const [, name = "", source = ""] of text.matchAll(MODULE))
    note(source.replace(/^(\.\.\/)+/, ""), name);
  return made;
}

const CHART = /^ {4}"([\w-]+)" = \{\n((?: {6}\w+ += .*\n)+) {4}\}$/gm;

/** The rows of a layer's table of charts: `local.charts`. */
export const chartsIn = (text: string): Declaration[] =>
  [...text.matchAll(CHART)].map(([, name = "", body = ""]) => ({
    name,
    attributes: Object.fromEntries(
      [...body.matchAll(/^ {6}(\w+) += (.*)$/gm)].map(([, field = "", value = ""]) => [
        field,
        value === "null" ? "" : literal(value),
      ]),
    ),
  }));
