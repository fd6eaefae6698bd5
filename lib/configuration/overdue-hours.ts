import { longestGap } from "./longest-gap.ts";
import type { Configuration } from "./schema.ts";

const HOUR_MILLISECONDS = 3_600_000;

/**
 * Checks that run more seldom than `overdueHours` lets a proof grow old, by path: each would be called overdue though
 * it never missed a start. As long as the gap itself is enough: a check's end is that of the one before and the gap
 * later, and the alarm takes two hours of older ages.
 */
export function tooRare({
  schedules,
  overdueHours,
}: Pick<Configuration, "schedules" | "overdueHours">): [string[], string][] {
  return (Object.keys(overdueHours) as (keyof typeof overdueHours)[]).flatMap(
    (check): [string[], string][] => {
      const expression = schedules[check];
      const gap = expression === "off" ? undefined : longestGap(expression, schedules.timeZone);
      const [hours, needed] = [overdueHours[check], Math.ceil((gap ?? 0) / HOUR_MILLISECONDS)];
      if (needed <= hours) return [];
      const rare = `schedules.${check} is "${expression}" (${schedules.timeZone}), which leaves up to ${needed} h without a start`;
      return [
        [
          ["overdueHours", check],
          `${hours} h would call it overdue while it keeps its time: ${rare}; allowed: ${needed} or more, or a schedule with shorter gaps`,
        ],
      ];
    },
  );
}
