/** When the clocks of a zone are changed within a few years, so that many local times are turned into instants fast. */

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export interface Zone {
  /** Instants at which the clocks are changed. */
  readonly changes: readonly number[];
  /** The instant of a local time, given as if it were UTC: the first of two, and none if clocks leave it out. */
  instantOf(local: number): number | undefined;
}

/** Changes less than a week apart are not told from none; no zone has had any. */
export function zoneWithin(timeZone: string, from: number, until: number): Zone {
  const offsetAt = offsetsOf(timeZone);
  const periods = [{ at: from, offset: offsetAt(from) }];
  for (let week = from; week < until; week += WEEK) {
    const [before, after] = [offsetAt(week), offsetAt(week + WEEK)];
    if (before !== after) periods.push({ at: changeWithin(offsetAt, week, week + WEEK), offset: after });
  }
  const offsetWithin = (instant: number): number =>
    (periods.findLast(({ at }) => at <= instant) ?? periods[0])?.offset ?? 0;
  const offsets = [...new Set(periods.map(({ offset }) => offset))].sort((one, other) => other - one);
  return {
    changes: periods.slice(1).map(({ at }) => at),
    instantOf: (local) =>
      offsets.map((offset) => local - offset).find((instant) => instant + offsetWithin(instant) === local),
  };
}

function changeWithin(offsetAt: (instant: number) => number, from: number, until: number): number {
  let [low, high] = [from, until];
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (offsetAt(middle) === offsetAt(from)) low = middle;
    else high = middle;
  }
  return high;
}

/** What the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function offsetsOf(timeZone: string): (instant: number) => number {
  if (timeZone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (instant) => {
    const parts = format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = Object.fromEntries(parts);
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(instant / MINUTE) * MINUTE;
  };
}
