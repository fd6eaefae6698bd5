const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Go writes it: `1h0m0s`, `720h`, `1.5s`. */
export function parseDuration(text: string): number {
  let milliseconds = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    milliseconds += Number(number) * (UNITS[unit ?? "s"] ?? 0);
  return milliseconds;
}
