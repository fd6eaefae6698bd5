import type { PlanCounts } from "../run/plan.ts";

/**
 * `+12 ~3 ±1 -2`: add, change, replace, destroy; zeroes left out.
 * @param hasChanges whether there is anything to apply: terraform counts no resource where outputs alone change
 */
export function planText({ add, change, replace, destroy }: PlanCounts, hasChanges: boolean): string {
  const parts = [
    [add, "+"],
    [change, "~"],
    [replace, "±"],
    [destroy, "-"],
  ] as const;
  const text = parts.filter(([count]) => count > 0).map(([count, sign]) => `${sign}${count}`);
  if (text.length > 0) return text.join(" ");
  return hasChanges ? "outputs only" : "no changes";
}
