import { describe, expect, it } from "vitest";
import { nextDue } from "../../../lib/twin/aws/events/schedule-times.ts";

const at = (text: string): number => Date.parse(text);
const due = (expression: string, from: string, zone?: string): string | undefined => {
  const next = nextDue(expression, at(from), zone);
  return next === undefined ? undefined : new Date(next).toISOString();
};

describe("a rate", () => {
  it.each([
    ["rate(1 hour)", "2026-11-24T09:00:00.000Z"],
    ["rate(15 minutes)", "2026-11-24T08:15:00.000Z"],
    ["rate(2 days)", "2026-11-26T08:00:00.000Z"],
  ])("%s counts from the last time", (expression, next) => {
    expect(due(expression, "2026-11-24T08:00:00Z")).toBe(next);
  });
});

describe("a cron expression", () => {
  it.each([
    ["is due today where that is still to come", "cron(0 9 * * ? *)", "2026-11-24T09:00:00.000Z"],
    ["is due tomorrow at the very minute it was due", "cron(0 8 * * ? *)", "2026-11-25T08:00:00.000Z"],
    ["knows days of the week, Sunday first", "cron(0 3 ? * SUN *)", "2026-11-29T03:00:00.000Z"],
    ["knows days of the week by number", "cron(0 3 ? * 1 *)", "2026-11-29T03:00:00.000Z"],
    ["knows days of the month", "cron(0 4 1 * ? *)", "2026-12-01T04:00:00.000Z"],
    ["knows lists and ranges", "cron(0,30 8-9 ? * MON-FRI *)", "2026-11-24T08:30:00.000Z"],
    ["knows steps", "cron(0/20 8 * * ? *)", "2026-11-24T08:20:00.000Z"],
    ["waits for a leap day", "cron(0 0 29 2 ? *)", "2028-02-29T00:00:00.000Z"],
  ])("%s", (_, expression, next) => {
    expect(due(expression, "2026-11-24T08:00:00Z")).toBe(next);
  });

  it("is never due in a year that is over", () => {
    expect(due("cron(0 0 1 1 ? 2020)", "2026-11-24T08:00:00Z")).toBeUndefined();
  });

  it.each(["cron(0 3 L * ? *)", "cron(0 3 ? * 2#1 *)", "cron(0 3 * * *)", "at(2026-11-24T08:00:00)"])(
    "fails loudly for %s, which is not modelled",
    (expression) => {
      expect(() => due(expression, "2026-11-24T08:00:00Z")).toThrow("not modelled");
    },
  );
});

describe("daylight saving in Berlin", () => {
  const zone = "Europe/Berlin";

  it("moves five o'clock by an hour in UTC", () => {
    expect(due("cron(0 5 * * ? *)", "2026-10-24T00:00:00Z", zone)).toBe("2026-10-24T03:00:00.000Z");
    expect(due("cron(0 5 * * ? *)", "2026-10-24T12:00:00Z", zone)).toBe("2026-10-25T04:00:00.000Z");
  });

  it("leaves out half past two on the day on which there is none", () => {
    expect(due("cron(30 2 * * ? *)", "2027-03-27T12:00:00Z", zone)).toBe("2027-03-29T00:30:00.000Z");
  });

  it("is due once on the day on which half past two comes twice", () => {
    const first = "2026-10-25T00:30:00.000Z";
    expect(due("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", zone)).toBe(first);
    expect(due("cron(30 2 * * ? *)", first, zone)).toBe("2026-10-26T01:30:00.000Z");
  });
});
