import { expect, it } from "vitest";
import type { VeleroFacts } from "../../lib/gates/velero/facts.ts";
import { judgeVelero } from "../../lib/gates/velero/judge.ts";
import { answers, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const location = (status: object = {}, spec: object = {}) => ({
  metadata: { name: "default" },
  spec: { default: true, ...spec },
  status: { phase: "Available", lastValidationTime: minutesAgo(1), ...status },
});
const schedule = (status: object = { phase: "Enabled" }, spec: object = {}) => ({
  metadata: { name: "daily" },
  spec: { schedule: "0 2 * * *", ...spec },
  status,
});
const backup = (phase: string, startTimestamp: string, of = "daily") => ({
  metadata: { name: `${of}-${startTimestamp}`, labels: { "velero.io/schedule-name": of } },
  status: { phase, startTimestamp },
});
const judge = (facts: Partial<VeleroFacts>) =>
  answers(
    judgeVelero(
      { locations: read([location()]), schedules: read([schedule()]), backups: read([]), ...facts },
      { ...GATE, namespace: "velero", schedules: ["daily"] },
      NOW,
    ),
  );

it("passes before the first backup: its time has not come", () => {
  expect(judge({})).toEqual(["backup-location-available: pass", "backup-schedule-enabled: pass"]);
});

it.each<[string, VeleroFacts["locations"], string]>([
  ["validated just under 5 minutes ago", read([location({ lastValidationTime: minutesAgo(4.99) })]), "pass"],
  [
    "validated 5 minutes ago: the server is dead",
    read([location({ lastValidationTime: minutesAgo(5) })]),
    "pending",
  ],
  ["never validated", read([location({ lastValidationTime: undefined })]), "pending"],
  ["unavailable", read([location({ phase: "Unavailable", message: "no bucket" })]), "pending"],
  ["without a phase", read([location({ phase: undefined })]), "pending"],
  ["read-only", read([location({}, { accessMode: "ReadOnly" })]), "fail"],
  ["read-only beside the default", read([location({}, { accessMode: "ReadOnly", default: false })]), "pass"],
  ["missing", read([]), "pending"],
  ["not readable", FORBIDDEN, "unknown"],
])("a location %s", (_what, locations, answer) => {
  expect(judge({ locations })[0]).toBe(`backup-location-available: ${answer}`);
});

it("warns when no location is the default", () => {
  expect(judge({ locations: read([location({}, { default: false })]) })[1]).toBe(
    "(backup-location-available: fail)",
  );
});

it.each<[string, VeleroFacts["schedules"], string]>([
  ["new", read([schedule({ phase: "New" })]), "pending"],
  ["without status", read([schedule({})]), "pending"],
  ["invalid", read([schedule({ phase: "FailedValidation", validationErrors: ["bad cron"] })]), "fail"],
  ["paused", read([schedule({ phase: "Enabled" }, { paused: true })]), "fail"],
  ["missing", read([]), "pending"],
  ["not readable", FORBIDDEN, "unknown"],
])("a schedule that is %s", (_what, schedules, answer) => {
  expect(judge({ schedules })[1]).toBe(`backup-schedule-enabled: ${answer}`);
});

it("judges the newest backup of the schedule, and only as a warning", () => {
  const old = backup("Completed", "2026-02-27T02:00:00Z");
  const bad = backup("PartiallyFailed", "2026-02-28T02:00:00Z");
  const other = backup("Failed", "2026-03-01T02:00:00Z", "weekly");
  expect(judge({ backups: read([old, bad, other]) })[2]).toBe("(last-backup-complete: fail)");
  expect(judge({ backups: read([old, other]) })[2]).toBe("(last-backup-complete: pass)");
  expect(judge({ backups: read([backup("InProgress", "2026-03-01T09:00:00Z"), old]) })[2]).toBe(
    "(last-backup-complete: pending)",
  );
});
