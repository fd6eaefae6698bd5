import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  /** 0: always shown; above: with `-o wide`. */
  readonly priority: number;
  readonly cell: (object: ApiObject, now: number) => Json;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;

/** `45s`, `3m10s`, `5h2m`, `12d`: as kubectl shows ages. @see k8s.io/apimachinery/pkg/util/duration HumanDuration */
export function elapsed(since: string | undefined, now: number): string {
  if (!since) return "<unknown>";
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  for (const [index, [unit, size]] of UNITS.entries()) {
    const whole = Math.floor(seconds / size);
    // The next smaller unit is shown while the number is small enough to make it tell something.
    if (whole < 2 && unit !== "m") continue;
    const [smaller, smallerSize] = UNITS[index + 1] ?? ["s", 1];
    const rest = Math.floor((seconds % size) / smallerSize);
    const isFine = whole < (unit === "m" ? 10 : 8) && rest > 0;
    return isFine ? `${whole}${unit}${rest}${smaller}` : `${whole}${unit}`;
  }
  return `${seconds}s`;
}
