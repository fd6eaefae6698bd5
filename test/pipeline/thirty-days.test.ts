import { expect, it } from "vitest";
import type { ExecutionRecord } from "../../lib/twin/asl/execution-record.ts";
import {
  type AlarmRecord,
  AWS_COLLECTIONS,
  type NotificationRecord,
  type RuleRecord,
} from "../../lib/twin/aws/collections.ts";
import { failedDeliveries } from "../../lib/twin/aws/events/failed-deliveries.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { COLLECTIONS, type RoleRecord } from "../../lib/twin/world/records.ts";
import { lease, withTwin } from "./run-twin.ts";

const ZONE = "Europe/Berlin";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Cadence {
  /** As `schedules` of the configuration would have it. */
  readonly expression: string;
  /** As `overdueHours` would: the longest gap between two times, and some hours. */
  readonly overdueHours: number;
  /** The same in words that no cron expression is read for: local days and time. */
  readonly days: readonly string[];
  readonly time: string;
}

/**
 * Every check in thirty days, each no oftener than it must be to show that it keeps its time: a look through all
 * gates or a scan of four layers costs seconds of real work. Sunday the 25th has half past two twice.
 */
const CADENCES: Readonly<Record<string, Cadence>> = {
  prove: { expression: "cron(30 2 ? * SUN *)", overdueHours: 172, days: ["Sun"], time: "02:30" },
  drift: { expression: "cron(0 5 11,25 * ? *)", overdueHours: 340, days: ["11", "25"], time: "05:00" },
  "verify-backup": { expression: "cron(0 7 ? * SUN *)", overdueHours: 172, days: ["Sun"], time: "07:00" },
};
/** Ages are published, and looked at, every four hours instead of every hour: 540 calls fewer that say the same. */
const AGES_HOURS = 4;

const LOCAL = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  weekday: "short",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});
function local(at: number): { weekday: string; day: string; date: string; time: string } {
  const { weekday = "", day = "", month, year, hour, minute } = partsOf(at);
  return { weekday, day, date: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}
const partsOf = (at: number): Record<string, string> =>
  Object.fromEntries(LOCAL.formatToParts(at).map(({ type, value }) => [type, value]));

/** The first instant of each local day at which the clocks on the wall show this time. */
function expectedTimes({ days, time }: Cadence, from: number, until: number): string[] {
  const found = new Map<string, string>();
  for (let at = Math.ceil(from / (30 * MINUTE)) * 30 * MINUTE; at <= until; at += 30 * MINUTE) {
    const shown = local(at);
    const isDay = days.includes(shown.weekday) || days.includes(shown.day);
    if (isDay && shown.time === time && !found.has(shown.date))
      found.set(shown.date, new Date(at).toISOString());
  }
  return [...found.values()];
}

/** Sets what the settings would set, without a synth of its own: expressions, zone, thresholds. */
function setCadences({ world, deployment }: Twin): void {
  const { environment } = deployment;
  const schedules = world.collection<RuleRecord>(AWS_COLLECTIONS.schedules);
  const alarms = world.collection<AlarmRecord>(AWS_COLLECTIONS.alarms);
  for (const [check, { expression, overdueHours }] of Object.entries(CADENCES)) {
    schedules.update(`${environment}-${check}`, (record) => ({
      ...record,
      scheduleExpression: expression,
      timeZone: ZONE,
    }));
    alarms.update(`${environment}: ${check} overdue`, (alarm) => ({
      ...alarm,
      threshold: overdueHours,
      periodMilliseconds: AGES_HOURS * 60 * MINUTE,
    }));
  }
  schedules.update(`${environment}-publish-ages`, (record) => ({
    ...record,
    scheduleExpression: `rate(${AGES_HOURS} hours)`,
  }));
  // What sweeps has nothing to sweep here; once a day shows that it is called at all.
  const rules = world.collection<RuleRecord>(AWS_COLLECTIONS.rules);
  for (const name of rules.keys())
    rules.update(name, (rule) =>
      rule.scheduleExpression === undefined ? rule : { ...rule, scheduleExpression: "rate(1 day)" },
    );
}

function startsOf({ world, deployment }: Twin, check: string): string[] {
  const arn = deployment.machines[check];
  return world
    .collection<ExecutionRecord>(COLLECTIONS.executions)
    .values()
    .filter(({ stateMachineArn }) => stateMachineArn === arn)
    .map(({ startDate }) => startDate)
    .sort((one, other) => one - other)
    .map((at) => new Date(Math.floor(at / MINUTE) * MINUTE).toISOString());
}

const invocationsOf = (twin: Twin, handler: string): number =>
  twin.lambda
    .logs(`${twin.deployment.environment}-${handler}`)
    .filter(({ message }) => message.startsWith("START ")).length;

/** Day and what it says of each mail since then, by what a phone shows of it; an alarm's comes from CloudWatch. */
function mailsSince({ world }: Twin, from: number): string[] {
  return world
    .collection<NotificationRecord>(COLLECTIONS.notifications)
    .values()
    .filter(({ at }) => at > from)
    .sort((one, other) => one.at - other.at)
    .map(({ at, subject, message }) => {
      const alarm = JSON.parse(message.startsWith("{") ? message : "{}") as Record<string, string>;
      return `${local(at).date} ${subject ?? `${alarm.NewStateValue} ${alarm.AlarmName}`}`;
    });
}

/** Takes a schedule's right to start its machine away, or gives it back. */
function setRightToStart({ world, deployment }: Twin, check: string, granted: boolean): void {
  const [right, none] = ["states:StartExecution", "states:DescribeExecution"];
  world
    .collection<RoleRecord>(COLLECTIONS.roles)
    .update(`strata-${deployment.environment}-schedule-${check}`, (role) => ({
      ...role,
      policies: JSON.parse(
        JSON.stringify(role.policies).replace(granted ? none : right, granted ? right : none),
      ),
    }));
}

it("keeps every check's time for thirty days, tells of one that cannot start, and of nothing else", async () => {
  await withTwin("resilience", async (twin) => {
    const { world, deployment } = twin;
    setCadences(twin);
    const from = twin.clock.now();
    // A minute more, in which what was due in the last one is done.
    const until = from + 30 * DAY + MINUTE;
    expect(LOCAL.resolvedOptions().timeZone).toBe(ZONE);
    const messages = world.collection(AWS_COLLECTIONS.messages);

    await twin.passTime(Date.parse("2026-10-17T12:00:00+02:00"));
    setRightToStart(twin, "prove", false);
    await twin.passTime(Date.parse("2026-10-20T12:00:00+02:00"));
    expect(failedDeliveries(world)).toMatchObject([
      { from: `${deployment.environment}-prove`, error: expect.stringContaining("AccessDenied") },
    ]);
    // Somebody reads the dead letter, mends the role and leaves the next start to the schedule.
    setRightToStart(twin, "prove", true);
    for (const key of messages.keys()) messages.delete(key);
    await twin.passTime(until);

    const refused = "2026-10-18T00:30:00.000Z";
    for (const [check, cadence] of Object.entries(CADENCES)) {
      const expected = expectedTimes(cadence, from, until).filter(
        (at) => check !== "prove" || at !== refused,
      );
      expect([check, startsOf(twin, check)]).toEqual([check, expected]);
    }
    // The clocks went back: once at the first of two half past twos, and the same hour on the wall later in UTC.
    expect(startsOf(twin, "prove")).toEqual([
      "2026-10-11T00:30:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-11-01T01:30:00.000Z",
    ]);
    expect(startsOf(twin, "drift")).toEqual(["2026-10-11T03:00:00.000Z", "2026-10-25T04:00:00.000Z"]);
    expect(startsOf(twin, "verify-backup")).toHaveLength(4);
    expect(invocationsOf(twin, "publish-ages")).toBe((30 * 24) / AGES_HOURS);

    expect(mailsSince(twin, from)).toEqual([
      "2026-10-18 ALARM prod: dead letters",
      "2026-10-18 ALARM prod: prove overdue",
      "2026-10-20 OK prod: dead letters",
      "2026-10-25 OK prod: prove overdue",
    ]);
    const ended = world.collection<ExecutionRecord>(COLLECTIONS.executions).values();
    expect(ended.filter(({ status }) => status !== "SUCCEEDED")).toEqual([]);
    expect(lease(world.save())).toEqual([]);
  });
});
