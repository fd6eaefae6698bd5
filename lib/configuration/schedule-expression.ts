/**
 * EventBridge's schedules: `rate(2 hours)` and `cron(minutes hours day-of-month month day-of-week year)`.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import { type IsDay, parseDays } from "./schedule-days.ts";
import { valuesOf } from "./schedule-fields.ts";

const MINUTE = 60_000;
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 24 * 60 * MINUTE,
};
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

export interface Rate {
  readonly everyMilliseconds: number;
}
export interface Cron {
  /** Milliseconds since midnight, on the clocks of the schedule's zone; ascending. */
  readonly times: readonly number[];
  /** Of a local day, given as if it were one of UTC. */
  readonly isDay: IsDay;
}

/** Undefined if it is neither, or AWS would refuse it. One is singular: `rate(1 hour)`, `rate(2 hours)`. */
export function parseSchedule(expression: string): Rate | Cron | undefined {
  const [, count, unit = "", plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (count !== undefined)
    return (count === "1") === (plural === "")
      ? { everyMilliseconds: Number(count) * (UNIT_MILLISECONDS[unit] ?? 0) }
      : undefined;
  const fields = /^cron\((\S+(?: \S+){5})\)$/.exec(expression)?.[1]?.split(" ");
  return fields && parseCron(fields);
}

function parseCron([minute = "", hour = "", ofMonth = "", month = "", ofWeek = "", year = ""]: string[]) {
  const minutes = valuesOf(minute, { low: 0, high: 59 });
  const hours = valuesOf(hour, { low: 0, high: 23 });
  const months = valuesOf(month, { low: 1, high: 12, names: MONTHS });
  const years = valuesOf(year, { low: 1970, high: 2199 });
  const isDay = parseDays(ofMonth, ofWeek);
  if (!minutes || !hours || !months || !years || !isDay) return undefined;
  return {
    times: hours.flatMap((each) => minutes.map((past) => (each * 60 + past) * MINUTE)),
    isDay: (date: Date) =>
      years.includes(date.getUTCFullYear()) && months.includes(date.getUTCMonth() + 1) && isDay(date),
  };
}
