/** When a schedule of Velero's was due: five fields in UTC, a macro, or `@every <duration>`. */
import { type Bounds, valuesOf } from "../../configuration/schedule-fields.ts";
import { parseGoDuration } from "../secrets/go-duration.ts";

const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Two yearly runs, one of them on a leap day's year, lie within three years. */
const LONGEST_DAYS = 3 * 366;

interface Times {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly isDue: (day: Date) => boolean;
}

/** A backup may be late by half an interval: it queues behind others, and takes its time. */
const GRACE_INTERVALS = 0.5;

/**
 * The instant (epoch milliseconds) since which a good backup must have begun at `now`: the last time that one was
 * due, or the one before while the last is young. Undefined if the text is no schedule that is understood (one with
 * a time zone of its own, say) or was not due twice.
 * @see https://pkg.go.dev/github.com/robfig/cron/v3, which Velero parses with
 */
export function begunSince(schedule: string, now: Date): number | undefined {
  const text = schedule.trim();
  if (text.startsWith("@every ")) {
    const interval = parseGoDuration(text.slice("@every ".length).trim());
    return interval ? now.getTime() - (1 + GRACE_INTERVALS) * interval : undefined;
  }
  const times = parseCron(MACROS[text] ?? text);
  if (!times) return undefined;
  const [last, before] = lastTwo(times, now.getTime());
  if (last === undefined || before === undefined) return undefined;
  const isYoung = now.getTime() - last <= GRACE_INTERVALS * (last - before);
  return isYoung ? before : last;
}

function lastTwo({ minutes, hours, isDue }: Times, now: number): number[] {
  const found: number[] = [];
  const today = Math.floor(now / DAY) * DAY;
  for (let back = 0; back < LONGEST_DAYS && found.length < 2; back += 1) {
    const day = today - back * DAY;
    if (!isDue(new Date(day))) continue;
    for (const hour of hours.toReversed())
      for (const minute of minutes.toReversed()) {
        const at = day + (hour * 60 + minute) * MINUTE;
        if (at <= now && found.length < 2) found.push(at);
      }
  }
  return found;
}

function parseCron(text: string): Times | undefined {
  const fields = text.split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = ""] = fields;
  // A question mark is another asterisk here, in every field.
  const values = (field: string, bounds: Bounds) => valuesOf(field.replaceAll("?", "*"), bounds);
  const minutes = values(minute, { low: 0, high: 59 });
  const hours = values(hour, { low: 0, high: 23 });
  const days = values(dayOfMonth, { low: 1, high: 31 });
  const months = values(month, { low: 1, high: 12, names: MONTHS });
  const weekdays = values(dayOfWeek, { low: 0, high: 6, names: WEEKDAYS });
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const isAny = (field: string): boolean => /^[*?]/.test(field);
  // With both days restricted, either of them is enough.
  const either = !isAny(dayOfMonth) && !isAny(dayOfWeek);
  return {
    minutes,
    hours,
    isDue: (day) => {
      const inMonth = days.includes(day.getUTCDate());
      const inWeek = weekdays.includes(day.getUTCDay());
      return months.includes(day.getUTCMonth() + 1) && (either ? inMonth || inWeek : inMonth && inWeek);
    },
  };
}
