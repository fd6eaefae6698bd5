/**
 * When a schedule is due. Cron expressions have EventBridge's six fields; a time that does not exist on the day on
 * which clocks go forward is left out, and one that comes twice when they go back is due once.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */

const MINUTE = 60_000;
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 24 * 60 * MINUTE,
};
const DAY = 24 * 60 * MINUTE;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Far enough for the 29th of February, and for every expression that is ever due. */
const HORIZON_DAYS = 4 * 366;

/** The first instant after `from` at which the schedule is due; undefined if it never is. A rate counts from `from`. */
export function nextDue(expression: string, from: number, timeZone = "UTC"): number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return from + Number(rate[1]) * (UNIT_MILLISECONDS[rate[2] ?? ""] ?? 0);
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(/\s+/);
  if (cron?.length !== 6) throw new Error(`the schedule ${expression} is not modelled`);
  return nextCron(parseCron(cron), from, timeZone);
}

interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly isDay: (date: Date) => boolean;
}

function parseCron([
  minute = "",
  hour = "",
  dayOfMonth = "",
  month = "",
  dayOfWeek = "",
  year = "",
]: string[]): Cron {
  const daysOfMonth = field(dayOfMonth, 1, 31, []);
  const months = field(month, 1, 12, MONTHS, 1);
  // 1 is Sunday.
  const daysOfWeek = field(dayOfWeek, 1, 7, DAYS, 1);
  const years = field(year, 1970, 2199, []);
  return {
    minutes: field(minute, 0, 59, []),
    hours: field(hour, 0, 23, []),
    isDay: (date) =>
      years.includes(date.getUTCFullYear()) &&
      months.includes(date.getUTCMonth() + 1) &&
      daysOfMonth.includes(date.getUTCDate()) &&
      daysOfWeek.includes(date.getUTCDay() + 1),
  };
}

/** The numbers that a field stands for, ascending. `names[0]` is worth `firstName`. */
function field(text: string, low: number, high: number, names: readonly string[], firstName = 0): number[] {
  const worth = (word: string): number => {
    const index = names.indexOf(word.toUpperCase());
    const value = index >= 0 ? index + firstName : Number(word);
    if (!Number.isInteger(value) || value < low || value > high)
      throw new Error(`"${word}" in a schedule is not modelled`);
    return value;
  };
  const chosen = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [first, last] = range === "*" || range === "?" ? [low, high] : range.split("-").map(worth);
    const end = last ?? (part.includes("/") ? high : (first ?? low));
    for (let value = first ?? low; value <= end; value += Number(step)) chosen.add(value);
  }
  return [...chosen].sort((one, other) => one - other);
}

function nextCron({ minutes, hours, isDay }: Cron, from: number, timeZone: string): number | undefined {
  const local = from + offsetAt(from, timeZone);
  const firstDay = Math.floor(local / DAY) * DAY;
  for (let day = 0; day < HORIZON_DAYS; day += 1) {
    const midnight = firstDay + day * DAY;
    if (!isDay(new Date(midnight))) continue;
    const times = hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE));
    const due = times
      .map((time) => instantOf(midnight + time, timeZone))
      .filter((instant) => instant !== undefined && instant > from);
    if (due.length > 0) return Math.min(...(due as number[]));
  }
  return undefined;
}

/** The instant of a local time, which comes as if it were UTC: the first of two, and none if clocks leave it out. */
function instantOf(local: number, timeZone: string): number | undefined {
  const offsets = [offsetAt(local - DAY, timeZone), offsetAt(local + DAY, timeZone)];
  return offsets
    .map((offset) => local - offset)
    .filter((instant) => instant + offsetAt(instant, timeZone) === local)
    .sort((one, other) => one - other)[0];
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}

/** What the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const part = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}
