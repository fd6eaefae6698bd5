import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { ExternalSecret } from "./facts.ts";
import { parseGoDuration } from "./go-duration.ts";

/** external-secrets' own default. @see its api-types, ExternalSecretSpec.refreshInterval */
const USUAL_INTERVAL = "1h";
/** One refresh may be late, because the controller restarts or AWS throttles; two mean that nobody fetches. */
const INTERVALS = 2;
/** Clocks of controller and judge may differ by seconds. */
const SKEW_MILLISECONDS = 60_000;

/** `Ready: True` stays when the controller dies; what ages is the time of the last refresh. */
export function judgeFreshness({ spec, status }: ExternalSecret, subject: string, now: Date): Finding {
  const policy = spec.refreshPolicy ?? "Periodic";
  const written = spec.refreshInterval ?? USUAL_INTERVAL;
  const interval = parseGoDuration(written);
  const isPeriodic = policy === "Periodic" && interval !== 0;
  const expected = isPeriodic ? `refreshed within twice ${written}` : "fetched once";
  const ask = question("secret-fresh", subject, expected);
  const refreshTime = status?.refreshTime;
  if (!refreshTime) return ask.pending("never refreshed");
  if (!isPeriodic) return ask.pass(`fetched at ${refreshTime}`);
  if (interval === undefined) return ask.unknown(`refreshInterval ${written} is no duration`);
  const age = now.getTime() - Date.parse(refreshTime);
  if (Number.isNaN(age) || age < -SKEW_MILLISECONDS)
    return ask.unknown(`refreshTime ${refreshTime} is not of the past`);
  return age < INTERVALS * interval
    ? ask.pass(`refreshed at ${refreshTime}`)
    : ask.pending(`last refreshed at ${refreshTime}`);
}
