const HOURS: Readonly<Record<string, number>> = { h: 1, m: 1 / 60, s: 1 / 3_600, ms: 1 / 3_600_000 };
const PARTS = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;

/** Days of a Go duration such as `720h0m0s`; undefined for anything else. @see https://pkg.go.dev/time#ParseDuration */
export function daysOf(duration: string | undefined): number | undefined {
  if (duration === undefined || duration.replace(PARTS, "") !== "" || duration === "") return undefined;
  const hours = [...duration.matchAll(PARTS)].map(
    ([, amount, unit]) => Number(amount) * (HOURS[unit ?? ""] ?? 0),
  );
  return hours.reduce((sum, each) => sum + each, 0) / 24;
}
