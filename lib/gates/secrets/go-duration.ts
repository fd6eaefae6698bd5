const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const PART = String.raw`(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)`;

/**
 * Milliseconds of a duration as Go writes it: `1h0m0s`, `90s`, `1.5h`, `0`. Undefined if it is none.
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!new RegExp(`^(${PART})+$`).test(text)) return undefined;
  let milliseconds = 0;
  for (const [, number, unit] of text.matchAll(new RegExp(PART, "g")))
    milliseconds += Number(number) * (UNITS[unit ?? ""] ?? 0);
  return milliseconds;
}
