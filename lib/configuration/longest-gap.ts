import { type Cron, parseSchedule } from "./schedule-expression.ts";
import { type Zone, zoneWithin } from "./time-zone.ts";

const DAY = 24 * 3_600_000;
/** Fixed, so that a configuration is right or wrong whatever the day; five years hold a leap day and every weekday's turn. */
const FROM = Date.UTC(2027, 0, 1);
const UNTIL = Date.UTC(2032, 0, 1);

/**
 * The longest time between two starts of a schedule in five years, in milliseconds, daylight saving included: a start
 * that clocks leave out is skipped, one that comes twice happens once. What lies before its first start and after its
 * last counts, too. Undefined if it is no schedule.
 */
export function longestGap(expression: string, timeZone: string): number | undefined {
  const schedule = parseSchedule(expression);
  if (!schedule) return undefined;
  if ("everyMilliseconds" in schedule) return schedule.everyMilliseconds;
  const zone = zoneWithin(timeZone, FROM - 2 * DAY, UNTIL + 2 * DAY);
  const [from, until] = [FROM, UNTIL].map((local) => zone.instantOf(local) ?? local) as [number, number];
  let [longest, last] = [gapBetween(schedule.times), from];
  for (let midnight = FROM; midnight < UNTIL; midnight += DAY) {
    if (!schedule.isDay(new Date(midnight))) continue;
    const starts = startsOn(midnight, schedule, zone);
    longest = Math.max(
      longest,
      (starts[0] ?? last) - last,
      isChanged(midnight, zone) ? gapBetween(starts) : 0,
    );
    last = starts.at(-1) ?? last;
  }
  return Math.max(longest, until - last);
}

const gapBetween = (ascending: readonly number[]): number =>
  ascending.reduce((gap, at, index) => Math.max(gap, at - (ascending[index - 1] ?? at)), 0);

/** Clocks are changed on this local day, or so near that its times may be. */
const isChanged = (midnight: number, { changes }: Zone): boolean =>
  changes.some((at) => Math.abs(at - midnight) < 2 * DAY);

/** Of an ordinary day the first and the last are enough: it may have 1,440. */
function startsOn(midnight: number, { times }: Cron, zone: Zone): number[] {
  const wanted = isChanged(midnight, zone) ? times : [times[0] ?? 0, times.at(-1) ?? 0];
  return wanted.flatMap((time) => zone.instantOf(midnight + time) ?? []);
}
