/** When a schedule of Velero's was due: five fields in UTC, a macro, or `@every <duration>`. */
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
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

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
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const days = valuesOf(dayOfMonth, 1, 31);
  const months = valuesOf(month, 1, 12, MONTHS);
  const weekdays = valuesOf(dayOfWeek, 0, 6, WEEKDAYS);
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

/** Ascending numbers of `*`, `1,15`, `1-5`, `10-50/20`, or names instead of numbers; undefined if it is none of these. */
function valuesOf(
  field: string,
  lowest: number,
  highest: number,
  names: readonly string[] = [],
): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", stepText = "1", ...more] = part.split("/");
    const step = /^[1-9]\d*$/.test(stepText) && more.length === 0 ? Number(stepText) : undefined;
    const ends = endsOf(range, part.includes("/"), { lowest, highest, names });
    if (!ends || step === undefined) return undefined;
    for (let value = ends.from; value <= ends.to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

interface Bounds {
  readonly lowest: number;
  readonly highest: number;
  readonly names: readonly string[];
}

/** `5/10` is open at its end, `5` is not. */
function endsOf(range: string, isStepped: boolean, { lowest, highest, names }: Bounds) {
  if (range === "*" || range === "?") return { from: lowest, to: highest };
  const numberOf = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + lowest : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const [fromText = "", toText, ...more] = range.split("-");
  const from = numberOf(fromText);
  const to = toText === undefined ? (isStepped ? highest : from) : numberOf(toText);
  return from >= lowest && to <= highest && from <= to && more.length === 0 ? { from, to } : undefined;
}
