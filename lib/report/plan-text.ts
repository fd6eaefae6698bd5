import type { PlanCounts } from "../run/plan.ts";

/** `+12 ~3 ±1 -2`: add, change, replace, destroy; zeroes left out. */
export function planText({ add, change, replace, destroy }: PlanCounts): string {
  const parts = [
    [add, "+"],
    [change, "~"],
    [replace, "±"],
    [destroy, "-"],
  ] as const;
  const text = parts.filter(([count]) => count > 0).map(([count, sign]) => `${sign}${count}`);
  return text.length === 0 ? "no changes" : text.join(" ");
}
