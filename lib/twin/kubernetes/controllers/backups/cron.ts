/** Times of a cron expression as robfig/cron reads it: five fields, UTC; @see https://pkg.go.dev/github.com/robfig/cron/v3 */

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
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** Lowest and highest value of minute, hour, day of month, month, day of week. */
const BOUNDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

interface Cron {
  readonly fields: readonly ReadonlySet<number>[];
  /** A day fits by either of its fields if both are restricted, else by the one that is. */
  readonly anyDay: boolean;
}

/** Undefined: it is no cron expression. */
export function parseCron(text: string): Cron | undefined {
  const words = (MACROS[text.trim()] ?? text).trim().split(/\s+/);
  if (words.length !== BOUNDS.length) return undefined;
  const fields = words.map((word, index) => parseField(word, index));
  if (fields.some((field) => field === undefined)) return undefined;
  const isOpen = (index: number): boolean => /^[*?]/.test(words[index] ?? "");
  return { fields: fields as Set<number>[], anyDay: isOpen(2) || isOpen(4) };
}

function parseField(word: string, index: number): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of word.split(",")) {
    const range = rangeOf(part, index);
    if (!range) return undefined;
    for (let value = range.first; value <= range.last; value += range.step) values.add(value);
  }
  return values;
}

/** `*`, `5`, `1-5`, each with `/step`; a single value with a step goes on to the end. */
function rangeOf(part: string, index: number): { first: number; last: number; step: number } | undefined {
  const [lowest, highest] = BOUNDS[index] ?? [0, 0];
  const [all, from = "", to, step] = /^([*?]|\w+)(?:-(\w+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  if (all === undefined) return undefined;
  const open = from === "*" || from === "?";
  const first = open ? lowest : numberOf(from, index);
  const end = to === undefined ? (step ? highest : first) : numberOf(to, index);
  const last = open ? highest : end;
  if (first === undefined || last === undefined) return undefined;
  return first < lowest || last > highest || first > last
    ? undefined
    : { first, last, step: Number(step ?? 1) };
}

function numberOf(word: string, index: number): number | undefined {
  if (/^\d+$/.test(word)) return Number(word);
  const names = index === 3 ? MONTHS : index === 4 ? DAYS : [];
  const place = names.indexOf(word.toLowerCase());
  return place < 0 ? undefined : place + (BOUNDS[index]?.[0] ?? 0);
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 29 February comes within eight years; what has not come by then never does. */
const HORIZON_DAYS = 8 * 366;

/** The first time after `after`; undefined: never (30 February). */
export function nextTime({ fields, anyDay }: Cron, after: number): number | undefined {
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = fields;
  const fits = (day: Date): boolean => {
    const byMonth = daysOfMonth?.has(day.getUTCDate()) ?? false;
    const byWeek = daysOfWeek?.has(day.getUTCDay()) ?? false;
    return (months?.has(day.getUTCMonth() + 1) ?? false) && (anyDay ? byMonth && byWeek : byMonth || byWeek);
  };
  const firstDay = Math.floor(after / DAY) * DAY;
  for (let day = firstDay; day <= firstDay + HORIZON_DAYS * DAY; day += DAY) {
    if (!fits(new Date(day))) continue;
    for (const hour of [...(hours ?? [])].sort((a, b) => a - b))
      for (const minute of [...(minutes ?? [])].sort((a, b) => a - b)) {
        const at = day + (hour * 60 + minute) * MINUTE;
        if (at > after) return at;
      }
  }
  return undefined;
}
