/** Job and CronJob. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, progressing, suspended } from "./verdict.ts";

/** A condition counts by its status, not by being there: `Failed: False` is a job that runs. */
export function judgeJob({ spec, conditions }: Subject): Health {
  const lost = conditionThatIs(conditions, "Failed", "True");
  if (lost) return failed(wordsOf(lost));
  if (conditionThatIs(conditions, "Complete", "True")) return healthy("it is complete");
  const held = conditionThatIs(conditions, "Suspended", "True");
  if (held && spec.suspend === true) return suspended("it is suspended");
  return progressing(spec.suspend === true || held ? "its suspension is changing" : "it is not complete");
}

/**
 * A run that failed is the Job's matter, and a warning here: the next one is due by the schedule. Suspended, it does
 * all that is asked of it, which is nothing; Argo CD says the same.
 */
export function judgeCronJob({ spec, status }: Subject): Health {
  if (spec.suspend === true) return healthy("it is suspended, so no run is due");
  const last = textOf(status, "lastScheduleTime");
  return healthy(last ? `last scheduled at ${last}` : "its schedule stands; no run was due yet");
}
