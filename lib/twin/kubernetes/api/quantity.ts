import type { Json } from "../../world/world.ts";

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `500m`, `1.5Gi`, `2e3`, 4 as a number; 0 for what is none. @see apimachinery's resource.Quantity */
export function quantityOf(value: Json | undefined): number {
  if (typeof value === "number") return value;
  const match = /^([+-]?[\d.]+)(?:([eE][+-]?\d+)|([numkMGTPE]?i?))$/.exec(String(value ?? ""));
  if (!match) return 0;
  const [, digits = "0", exponent, suffix = ""] = match;
  return exponent === undefined ? Number(digits) * (FACTORS[suffix] ?? 0) : Number(`${digits}${exponent}`);
}

const BINARY = ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"] as const;

/**
 * A number as Kubernetes writes it: the largest suffix that leaves a whole number.
 * @param form `memory` in powers of two, others in milli where they are no whole number
 */
export function quantityText(value: number, form: "memory" | "plain"): string {
  if (form === "memory")
    for (const suffix of BINARY) {
      const factor = FACTORS[suffix] ?? 1;
      if (value >= factor && Number.isInteger(value / factor)) return `${value / factor}${suffix}`;
    }
  return Number.isInteger(value) ? String(value) : `${Math.ceil(value * 1000)}m`;
}
