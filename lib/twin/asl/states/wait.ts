import { leave, numberOf, pathInput } from "../fields.ts";
import { resolve } from "../json-path/path.ts";
import type { Step, Visit } from "../visit.ts";

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2}(?::\d{2})?)$/;

/** Milliseconds of an ISO-8601 extended offset date-time (what AWS names it), or undefined. */
export function parseTimestamp(text: string): number | undefined {
  const parts = DATE_TIME.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const milliseconds = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
  const fields = [year, (month ?? 0) - 1, day, hour, minute, second, milliseconds].map((part) => part ?? 0);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0] = fields;
  const utc = new Date(Date.UTC(y, mo, d, h, mi, s, ms));
  // A day or an hour that does not exist comes out as another one.
  const same = [
    utc.getUTCMonth() === mo,
    utc.getUTCDate() === d,
    utc.getUTCHours() === h,
    utc.getUTCMinutes() === mi,
  ];
  if (same.includes(false) || s > 59) return undefined;
  const zone = parts[8] ?? "Z";
  if (zone === "Z") return utc.getTime();
  const [zoneHours = 0, zoneMinutes = 0] = zone.slice(1).split(":").map(Number);
  const offset = (zoneHours * 60 + zoneMinutes) * 60_000;
  return utc.getTime() - (zone.startsWith("-") ? -offset : offset);
}

async function timestampOf(visit: Visit): Promise<string | undefined> {
  const { fields, language } = visit.state;
  if (language === "JSONata")
    return fields.Timestamp === undefined
      ? undefined
      : visit.evaluateAs<string>(fields.Timestamp, "Timestamp", "string");
  const { TimestampPath } = fields;
  if (TimestampPath === undefined)
    return fields.Timestamp === undefined ? undefined : String(fields.Timestamp);
  return String(
    visit.paths(() => resolve(String(TimestampPath), "TimestampPath", visit.pathScope(pathInput(visit)))),
  );
}

/** When the wait is over. */
async function endOf(visit: Visit): Promise<number> {
  const timestamp = await timestampOf(visit);
  if (timestamp !== undefined) {
    const at = parseTimestamp(timestamp);
    if (at !== undefined) return at;
    const message = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`;
    if (visit.state.language === "JSONPath") throw visit.failure("States.Runtime", message);
    throw visit.queryFailure("Timestamp", message, visit.frame.last);
  }
  const { SecondsPath } = visit.state.fields;
  const seconds =
    SecondsPath === undefined
      ? await numberOf(visit, "Seconds")
      : Number(
          visit.paths(() => resolve(String(SecondsPath), "SecondsPath", visit.pathScope(pathInput(visit)))),
        );
  // Bounds of the field: 0 to 99,999,999 seconds.
  if (seconds !== undefined && Number.isInteger(seconds) && seconds >= 0 && seconds <= 99_999_999)
    return visit.frame.run.clock.now() + seconds * 1000;
  const message = `The Seconds field must be an integer between 0 and 99999999 but was: ${seconds}`;
  if (visit.state.language === "JSONPath") throw visit.failure("States.Runtime", message);
  throw visit.queryFailure("Seconds", message, visit.frame.last);
}

export async function runWait(visit: Visit): Promise<Step> {
  const { frame, state } = visit;
  const { run, cancellation } = frame;
  const end = await endOf(visit);
  let takeBack = (): void => undefined;
  const forget = cancellation.onCancel(() => {
    takeBack();
    if (!run.history.full) run.history.add("WaitStateAborted", frame.last);
  });
  const over = new Promise<void>((done) => {
    takeBack = run.clock.schedule(end, done);
  });
  await cancellation.guard(over);
  forget();
  const value = state.language === "JSONata" ? visit.input : pathInput(visit);
  return leave(visit, value, state.next);
}
