/** One row of a table: its cells by the heading of their column. */
export type Row = Readonly<Record<string, string>>;

const cellsOf = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of the tables below a heading, up to the next heading of any level. */
export function tableBelow(markdown: string, heading: string): Row[] {
  const sections = markdown.split(/^#+ /m);
  const section = sections.find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`no heading "${heading}"`);
  let columns: string[] | undefined;
  const rows: Row[] = [];
  for (const line of section.split("\n")) {
    if (!line.startsWith("|")) columns = undefined;
    else if (columns === undefined) columns = cellsOf(line);
    else if (!/^\|[ :|-]+$/.test(line))
      rows.push(Object.fromEntries(cellsOf(line).map((cell, index) => [columns?.[index] ?? "", cell])));
  }
  return rows;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a cell like "1 s" or "4 min". */
export function milliseconds(cell: string | undefined): number {
  const [, number, unit] = /^([\d.]+) (ms|s|min|h|d)$/.exec(cell ?? "") ?? [];
  if (number === undefined) throw new Error(`"${cell}" is no duration`);
  return Number(number) * (UNITS[unit ?? ""] ?? Number.NaN);
}

/** What stands in backticks. */
export const codeIn = (cell: string | undefined): string[] =>
  [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? "");
