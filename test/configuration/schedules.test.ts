import { describe, expect, it } from "vitest";
import { longestGap } from "../../lib/configuration/longest-gap.ts";
import { readConfiguration } from "../../lib/configuration/read-configuration.ts";
import { parseSchedule } from "../../lib/configuration/schedule-expression.ts";
import { nextDue } from "../../lib/twin/aws/events/schedule-times.ts";
import { example, FACTS } from "./example.ts";

const HOUR = 3_600_000;
const BERLIN = "Europe/Berlin";
const hoursOf = (expression: string, zone = "UTC") => (longestGap(expression, zone) ?? Number.NaN) / HOUR;

describe("the longest gap of a schedule", () => {
  it.each([
    ["rate(15 minutes)", "UTC", 0.25],
    ["rate(2 days)", BERLIN, 48],
    ["cron(* * * * ? *)", "UTC", 1 / 60],
    ["cron(0 8-18/2 ? * MON-FRI *)", "UTC", 62],
    ["cron(0 5 * * ? *)", "UTC", 24],
    // The day on which clocks go back has 25 hours.
    ["cron(0 5 * * ? *)", BERLIN, 25],
    ["cron(0 5 ? * SUN *)", BERLIN, 169],
    // Half past two is left out once a year: two days, of which one is an hour shorter.
    ["cron(30 2 * * ? *)", BERLIN, 47],
    // The second of two half past twos is left out, and with it the one hour between them.
    ["cron(30 * * * ? *)", BERLIN, 2],
    // South of the equator clocks go back in April, and half an hour only on Lord Howe.
    ["cron(0 5 * * ? *)", "Australia/Lord_Howe", 24.5],
    ["cron(0 5 * * ? *)", "Asia/Kolkata", 24],
    ["cron(0 5 11,25 * ? *)", "UTC", 17 * 24],
    ["cron(0 0 1 * ? *)", "UTC", 31 * 24],
    ["cron(0 0 L * ? *)", "UTC", 31 * 24],
    ["cron(0 0 ? * 2#1 *)", "UTC", 35 * 24],
    ["cron(0 0 ? * 6L *)", "UTC", 35 * 24],
    ["cron(0 0 31 * ? *)", "UTC", 61 * 24],
    ["cron(0 0 1 1 ? *)", "UTC", 366 * 24],
  ])("%s in %s is %d h", (expression, zone, hours) => {
    expect(hoursOf(expression, zone)).toBeCloseTo(hours, 6);
  });

  it.each([
    ["that never comes", "cron(0 0 30 2 ? *)"],
    ["whose years are over", "cron(0 0 * * ? 2026)"],
    ["whose years have not come", "cron(0 0 * * ? 2030-2199)"],
  ])("is years of one %s", (_what, expression) => {
    expect(hoursOf(expression)).toBeGreaterThan(2 * 366 * 24);
  });

  it.each([
    ["cron(30 2 ? * SUN,MON *)", BERLIN],
    ["cron(0/40 8 ? * MON *)", "America/New_York"],
    ["cron(15 23 1-7 3,4,8,9 ? *)", "America/Santiago"],
  ])(
    "is that between the starts which the twin's scheduler finds one after another: %s",
    (expression, zone) => {
      let [longest, at] = [0, nextDue(expression, Date.UTC(2027, 0, 1), zone) ?? Number.NaN];
      while (at < Date.UTC(2031, 11, 1)) {
        const next = nextDue(expression, at, zone) ?? Number.NaN;
        longest = Math.max(longest, next - at);
        at = next;
      }
      expect(longestGap(expression, zone)).toBe(longest);
    },
  );
});

describe("a day near which a weekday is wanted", () => {
  const daysOf = (expression: string, year: number, month: number) => {
    const cron = parseSchedule(expression);
    if (!cron || !("isDay" in cron)) throw new Error("no cron expression");
    return Array.from({ length: 31 }, (_, index) => index + 1).filter((day) => {
      const date = new Date(Date.UTC(year, month - 1, day));
      return date.getUTCMonth() === month - 1 && cron.isDay(date);
    });
  };
  it.each([
    ["15W", 2027, 5, 14, "a Saturday's is the Friday before"],
    ["15W", 2027, 8, 16, "a Sunday's is the Monday after"],
    ["15W", 2027, 6, 15, "a Tuesday's is itself"],
    ["1W", 2027, 5, 3, "a first Saturday's stays in its month"],
    ["31W", 2027, 10, 29, "a last Sunday's stays in its month"],
    ["L", 2028, 2, 29, "the last day knows leap years"],
  ])("%s of %d-%d is the %dth: %s", (field, year, month, day) => {
    expect(daysOf(`cron(0 0 ${field} * ? *)`, year, month)).toEqual([day]);
  });
});

describe("a schedule that AWS would refuse", () => {
  it.each([
    "cron(0 5 * * * *)",
    "cron(0 5 ? * ? *)",
    "cron(0 24 * * ? *)",
    "cron(60 5 * * ? *)",
    "cron(0 5 ? * 0 *)",
    "cron(0 5 ? * 2#6 *)",
    "cron(0/0 5 * * ? *)",
    "cron(0 5 * * ?)",
    "rate(1 hours)",
    "rate(2 hour)",
    "rate(0 days)",
    "at(2027-01-01T00:00:00)",
  ])("is refused at synth with its path: %s", (prove) => {
    expect(() => readConfiguration(example({ schedules: { prove } }), FACTS)).toThrow(
      `strata.schedules.prove: got "${prove}"; an EventBridge schedule such as`,
    );
  });
});

describe("hours after which a check is overdue", () => {
  const read = (changes: Record<string, unknown>) => () => readConfiguration(example(changes), FACTS);

  it.each([
    ["an hourly check", { prove: "rate(1 hour)" }, { prove: 1 }],
    ["a daily one at five in Berlin", { drift: "cron(0 5 * * ? *)", timeZone: BERLIN }, { drift: 25 }],
    ["a weekly one", { verifyBackup: "cron(0 7 ? * SUN *)" }, { verifyBackup: 168 }],
    ["a check by hand only", { rehearseRecovery: "off" }, { rehearseRecovery: 1 }],
    ["a monthly rehearsal, with the hours that are set", { rehearseRecovery: "cron(0 3 1 * ? *)" }, {}],
  ])("may be as few as the longest gap of %s", (_what, schedules, overdueHours) => {
    expect(read({ schedules, overdueHours })).not.toThrow();
  });

  it.each([
    ["an hourly check", { prove: "rate(2 hours)" }, { prove: 1 }, "prove: got 1; 1 h", "2 or more"],
    [
      "a daily one at five in Berlin",
      { drift: "cron(0 5 * * ? *)", timeZone: BERLIN },
      { drift: 24 },
      "drift: got 24; 24 h",
      "25 or more",
    ],
    [
      "a weekly one",
      { verifyBackup: "cron(0 7 ? * SUN *)" },
      { verifyBackup: 167 },
      "verifyBackup: got 167; 167 h",
      "168 or more",
    ],
    [
      "a weekly one, with the hours that are set",
      { verifyBackup: "cron(0 7 ? * SUN *)" },
      {},
      "verifyBackup: it is missing; 50 h",
      "168 or more",
    ],
    [
      "a quarterly rehearsal",
      { rehearseRecovery: "cron(0 3 1 1/3 ? *)" },
      {},
      "rehearseRecovery: it is missing; 840 h",
      "2208 or more",
    ],
  ])(
    "are refused below the longest gap of %s, saying which are allowed",
    (_what, schedules, overdueHours, got, allowed) => {
      const attempt = read({ schedules, overdueHours });
      expect(attempt).toThrow(`strata.overdueHours.${got} would call it overdue`);
      expect(attempt).toThrow(`allowed: ${allowed}`);
    },
  );
});
