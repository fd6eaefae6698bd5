/** What a field of a cron expression may stand for. `names[0]` is worth `low`. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

/** Ascending numbers of `*`, `1,15`, `8-18`, `0/20`, `MON-FRI`; undefined if it is none of these. */
export function valuesOf(text: string, bounds: Bounds): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", stepText = "1", ...more] = part.split("/");
    const ends = endsOf(range, part.includes("/"), bounds);
    if (!ends || !/^[1-9]\d*$/.test(stepText) || more.length > 0) return undefined;
    for (let value = ends.from; value <= ends.to; value += Number(stepText)) values.add(value);
  }
  return [...values].sort((one, other) => one - other);
}

/** `5/10` is open at its end, `5` is not. */
function endsOf(range: string, isStepped: boolean, { low, high, names = [] }: Bounds) {
  if (range === "*") return { from: low, to: high };
  const worth = (word: string): number => {
    const named = names.indexOf(word.toUpperCase());
    return named >= 0 ? named + low : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const [fromText = "", toText, ...more] = range.split("-");
  const from = worth(fromText);
  const to = toText === undefined ? (isStepped ? high : from) : worth(toText);
  return from >= low && to <= high && from <= to && more.length === 0 ? { from, to } : undefined;
}
