/** The days of EventBridge's cron expressions: of the month (`15`, `L`, `15W`) and of the week (`MON-FRI`, `5L`, `2#1`). */
import { type Bounds, valuesOf } from "./schedule-fields.ts";

export type IsDay = (date: Date) => boolean;

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const OF_MONTH: Bounds = { low: 1, high: 31 };
/** 1 is Sunday. */
const OF_WEEK: Bounds = { low: 1, high: 7, names: DAYS };
const [SUNDAY, SATURDAY] = [0, 6];

const lastOf = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

/** Undefined where AWS refuses the text: exactly one of the two fields is `?`. */
export function parseDays(ofMonth: string, ofWeek: string): IsDay | undefined {
  if ((ofMonth === "?") === (ofWeek === "?")) return undefined;
  return ofWeek === "?" ? either(ofMonth, dayOfMonth) : either(ofWeek, dayOfWeek);
}

function either(text: string, parse: (part: string) => IsDay | undefined): IsDay | undefined {
  const parts = text.split(",").map(parse);
  return parts.includes(undefined) ? undefined : (date) => parts.some((isDay) => isDay?.(date));
}

function dayOfMonth(part: string): IsDay | undefined {
  if (part === "L") return (date) => date.getUTCDate() === lastOf(date);
  const near = /^(\d+)W$/.exec(part)?.[1];
  const days = valuesOf(near ?? part, OF_MONTH);
  if (!days) return undefined;
  return near === undefined
    ? (date) => days.includes(date.getUTCDate())
    : (date) => date.getUTCDate() === nearestWeekday(date, Number(near));
}

/** A Saturday's is the Friday before, a Sunday's the Monday after, and neither leaves the month. */
function nearestWeekday(date: Date, day: number): number | undefined {
  const last = lastOf(date);
  if (day > last) return undefined;
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === SATURDAY) return day > 1 ? day - 1 : day + 2;
  if (weekday === SUNDAY) return day < last ? day + 1 : day - 2;
  return day;
}

function dayOfWeek(part: string): IsDay | undefined {
  if (part === "L") return (date) => date.getUTCDay() === SATURDAY;
  const [, word, kind, nth] = /^(\w+?)(L|#([1-5]))$/.exec(part) ?? [];
  const days = valuesOf(word ?? part, OF_WEEK);
  if (!days) return undefined;
  return (date) =>
    days.includes(date.getUTCDay() + 1) &&
    (kind !== "L" || date.getUTCDate() > lastOf(date) - 7) &&
    (nth === undefined || Math.ceil(date.getUTCDate() / 7) === Number(nth));
}
