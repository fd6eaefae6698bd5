import type { VirtualClock } from "../../clock.ts";
import type { World } from "../../world/world.ts";
import { AWS_COLLECTIONS, type RuleRecord } from "../collections.ts";
import { nextDue } from "./schedule-times.ts";

interface Appointment {
  readonly name: string;
  readonly at: number;
}

export interface CalendarOptions {
  readonly world: World;
  readonly clock: Pick<VirtualClock, "now" | "runTo">;
  /** Starts what is due. */
  readonly fire: (name: string) => void;
  /** Looks at the alarms; as often as CloudWatch needs to for periods of a quarter of an hour and more. */
  readonly evaluateAlarms: () => void;
}

const ALARMS_EVERY_MILLISECONDS = 15 * 60_000;

/**
 * Lets time pass with everything that is scheduled: rules and schedules fire when they are due, alarms are looked
 * at. Otherwise schedules stay silent, since a clock that always has something to do would keep every run alive.
 */
export async function passTime(options: CalendarOptions, until: number): Promise<void> {
  const { world, clock, fire, evaluateAlarms } = options;
  let due = appointments(world, clock.now());
  let alarmsAt = clock.now() + ALARMS_EVERY_MILLISECONDS;
  for (;;) {
    const first = Math.min(alarmsAt, ...due.map(({ at }) => at));
    if (first > until) break;
    await clock.runTo(first);
    if (alarmsAt <= first) {
      evaluateAlarms();
      alarmsAt += ALARMS_EVERY_MILLISECONDS;
    }
    for (const { name, at } of due) if (at <= first) fire(name);
    due = due.flatMap((each) => (each.at <= first ? next(world, each.name, each.at) : [each]));
  }
  await clock.runTo(until);
}

const scheduled = (world: World): RuleRecord[] =>
  [AWS_COLLECTIONS.rules, AWS_COLLECTIONS.schedules].flatMap((collection) =>
    world
      .collection<RuleRecord>(collection)
      .values()
      .filter(({ enabled, scheduleExpression }) => enabled && scheduleExpression !== undefined),
  );

/** What each schedule is due for, kept with the world: a rate goes on from where it was. */
const APPOINTMENTS = "events.appointments";
interface Kept {
  readonly expression: string;
  readonly at: number;
}

const appointments = (world: World, now: number): Appointment[] =>
  scheduled(world).flatMap(({ name, scheduleExpression = "" }) => {
    const kept = world.collection<Kept>(APPOINTMENTS).get(name);
    if (kept?.expression !== scheduleExpression) return next(world, name, now);
    return kept.at > now ? [{ name, at: kept.at }] : following(world, name, kept, now);
  });

/** Times that passed while schedules were silent are left out, and the rhythm is kept. */
function following(world: World, name: string, kept: Kept, now: number): Appointment[] {
  if (!kept.expression.startsWith("rate(")) return next(world, name, now);
  const interval = (nextDue(kept.expression, kept.at) ?? kept.at) - kept.at;
  return next(world, name, kept.at + Math.floor((now - kept.at) / interval) * interval);
}

function next(world: World, name: string, from: number): Appointment[] {
  const rule = scheduled(world).find((each) => each.name === name);
  const expression = rule?.scheduleExpression ?? "";
  const at = rule && nextDue(expression, from, rule.timeZone);
  if (at === undefined) return [];
  world.collection<Kept>(APPOINTMENTS).set(name, { expression, at });
  return [{ name, at }];
}
