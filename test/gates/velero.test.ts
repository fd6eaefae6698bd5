import { describe, expect, it } from "vitest";
import { begunSince } from "../../lib/gates/velero/cron.ts";
import {
  type Backup,
  BackupLocationSchema,
  BackupSchema,
  PodVolumeBackupSchema,
  RepositorySchema,
  ScheduleSchema,
  type VeleroFacts,
} from "../../lib/gates/velero/facts.ts";
import { judgeVelero } from "../../lib/gates/velero/judge.ts";
import { answers, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const hoursAgo = (hours: number) => minutesAgo(60 * hours);

const location = (status: object = {}, spec: object = {}) =>
  BackupLocationSchema.parse({
    metadata: { name: "default" },
    spec: { default: true, ...spec },
    status: { phase: "Available", lastValidationTime: minutesAgo(1), ...status },
  });
const schedule = (status: object = { phase: "Enabled" }, spec: object = {}, metadata: object = {}) =>
  ScheduleSchema.parse({
    metadata: { name: "daily", creationTimestamp: hoursAgo(1), ...metadata },
    spec: { schedule: "0 2 * * *", template: { snapshotVolumes: true }, ...spec },
    status,
  });
const backup = (status: object = {}, metadata: object = {}): Backup =>
  BackupSchema.parse({
    metadata: { name: "b", labels: { "velero.io/schedule-name": "daily" }, ...metadata },
    status: {
      phase: "Completed",
      startTimestamp: hoursAgo(8),
      expiration: hoursAgo(-700),
      progress: { totalItems: 100, itemsBackedUp: 100 },
      volumeSnapshotsAttempted: 1,
      volumeSnapshotsCompleted: 1,
      ...status,
    },
  });
const agent = (numberAvailable: number) =>
  read({ metadata: { name: "node-agent" }, status: { numberAvailable } });
const nodes = (...unschedulable: boolean[]) =>
  read(
    unschedulable.map((cordoned, index) => ({
      metadata: { name: `n${index}` },
      spec: { unschedulable: cordoned },
    })),
  );

const findings = (facts: Partial<VeleroFacts>) =>
  judgeVelero(
    {
      locations: read([location()]),
      schedules: read([schedule()]),
      backups: read([backup()]),
      podVolumeBackups: read([]),
      repositories: read([]),
      nodeAgent: agent(1),
      nodes: nodes(false),
      ...facts,
    },
    { ...GATE, namespace: "velero", schedules: ["daily"], minimumVolumes: 1 },
    NOW,
  );
const judge = (facts: Partial<VeleroFacts>) => answers(findings(facts));
/** The answers about the last backup only. */
const judgeBackups = (...backups: Backup[]) =>
  judge({ backups: read(backups) }).filter((answer) => answer.includes("last-backup"));
const [IN_TIME, COMPLETE] = ["last-backup-in-time: pass", "last-backup-complete: pass"];

it("passes where backups go, what makes them, and the newest one", () => {
  expect(judge({})).toEqual([
    "backup-location-available: pass",
    "backup-schedule-enabled: pass",
    IN_TIME,
    COMPLETE,
  ]);
});

it("passes before the first backup: its time has not come", () => {
  expect(judgeBackups()).toEqual([IN_TIME]);
});

it.each<[string, VeleroFacts["locations"], string]>([
  ["validated just under 5 minutes ago", read([location({ lastValidationTime: minutesAgo(4.99) })]), "pass"],
  ["whose server died 5 minutes ago", read([location({ lastValidationTime: minutesAgo(5) })]), "pending"],
  ["validated in the future", read([location({ lastValidationTime: minutesAgo(-2) })]), "unknown"],
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
  ["enabled, and paused", read([schedule({ phase: "Enabled" }, { paused: true })]), "fail"],
  ["being deleted", read([schedule(undefined, {}, { deletionTimestamp: "x" })]), "pending"],
  ["missing", read([]), "pending"],
  ["not readable", FORBIDDEN, "unknown"],
])("a schedule that is %s", (_what, schedules, answer) => {
  expect(judge({ schedules })[1]).toBe(`backup-schedule-enabled: ${answer}`);
});

describe("is not fooled by a backup", () => {
  it.each<[string, object]>([
    ["that failed in part", { phase: "PartiallyFailed", errors: 2 }],
    ["that failed", { phase: "Failed", failureReason: "bucket is gone" }],
    ["Completed with an error", { errors: 1 }],
    ["Completed with a failed hook", { hookStatus: { hooksAttempted: 2, hooksFailed: 1 } }],
    ["Completed without an object", { progress: undefined }],
    ["Completed with fewer objects than it found", { progress: { totalItems: 100, itemsBackedUp: 99 } }],
    ["Completed without a volume", { volumeSnapshotsAttempted: 0, volumeSnapshotsCompleted: 0 }],
    ["Completed with a snapshot that was not", { volumeSnapshotsAttempted: 2 }],
    ["Completed with a CSI snapshot that was not", { csiVolumeSnapshotsAttempted: 1 }],
    ["Completed with an operation that was not", { backupItemOperationsAttempted: 1 }],
    ["Completed with an operation that failed", { backupItemOperationsFailed: 1 }],
    ["that expires now", { expiration: NOW.toISOString() }],
  ])("%s", (_what, status) => {
    expect(judgeBackups(backup(status)).at(-1)).toBe("last-backup-complete: fail");
  });

  it("that expires in a moment, and is not over yet", () => {
    expect(judgeBackups(backup({ expiration: minutesAgo(-0.1) }))).toEqual([IN_TIME, COMPLETE]);
  });

  it("that did not pass its validation, for which it has no start and sorts behind an older one", () => {
    const refused = backup(
      { phase: "FailedValidation", startTimestamp: undefined, validationErrors: ["no location"] },
      { name: "refused", creationTimestamp: hoursAgo(2) },
    );
    expect(judgeBackups(backup(), refused)).toEqual([IN_TIME, "last-backup-complete: fail"]);
    expect(findings({ backups: read([backup(), refused]) }).at(-1)?.observed).toContain("no location");
  });

  it("whose namespace was renamed: it holds less than half of the one before", () => {
    const before = backup({ startTimestamp: hoursAgo(31) });
    const now = (itemsBackedUp: number) => backup({ progress: { totalItems: itemsBackedUp, itemsBackedUp } });
    expect(judgeBackups(before, now(50)).at(-1)).toBe(COMPLETE);
    expect(judgeBackups(before, now(49)).at(-1)).toBe("last-backup-complete: fail");
  });

  it("that is on its way, or of another schedule", () => {
    const going = backup({ phase: "FinalizingPartiallyFailed", startTimestamp: hoursAgo(1) });
    const other = backup({ phase: "Failed" }, { labels: { "velero.io/schedule-name": "weekly" } });
    expect(judgeBackups(backup(), going, other)).toEqual([IN_TIME, COMPLETE]);
  });

  it("with warnings, which it passes and mentions", () => {
    expect(judgeBackups(backup({ warnings: 3 }))).toEqual([
      IN_TIME,
      COMPLETE,
      "(last-backup-complete: fail)",
    ]);
  });

  it("that was Completed, and by now is too old", () => {
    const at = (hours: number) => judgeBackups(backup({ startTimestamp: hoursAgo(hours) }))[0];
    expect(at(32)).toBe(IN_TIME);
    expect(at(32.1)).toBe("last-backup-in-time: fail");
  });

  it("that was started again and again and never completed", () => {
    const failed = backup({ phase: "Failed", startTimestamp: hoursAgo(8) });
    const good = backup({ startTimestamp: hoursAgo(80) });
    expect(judgeBackups(failed, good)).toEqual(["last-backup-in-time: fail", "last-backup-complete: fail"]);
  });
});

it("fails a schedule that is enabled, has been due and has made nothing", () => {
  const old = (hours: number) => read([schedule(undefined, {}, { creationTimestamp: hoursAgo(hours) })]);
  const age = (hours: number) => judge({ schedules: old(hours), backups: read([]) })[2];
  expect(age(32)).toBe(IN_TIME);
  expect(age(32.1)).toBe("last-backup-in-time: fail");
  const strange = read([schedule(undefined, { schedule: "CRON_TZ=Asia/Tokyo 0 2 * * *" })]);
  expect(judge({ schedules: strange })[2]).toBe("last-backup-in-time: unknown");
});

describe("a schedule that copies files", () => {
  const files = schedule(undefined, { template: { defaultVolumesToFsBackup: true } });
  const none = { volumeSnapshotsAttempted: 0, volumeSnapshotsCompleted: 0 };
  const copy = (phase: string, of = "b") =>
    PodVolumeBackupSchema.parse({
      metadata: { name: "v", labels: { "velero.io/backup-name": of } },
      status: { phase },
    });
  const last = (facts: Partial<VeleroFacts>) =>
    judge({ schedules: read([files]), backups: read([backup(none)]), ...facts }).slice(-2);
  const AGENTS = "backup-agents-everywhere: pass";

  it.each<[string, VeleroFacts["podVolumeBackups"], string]>([
    ["a copied volume", read([copy("Completed")]), "pass"],
    ["no volume", read([]), "fail"],
    ["a volume of another backup", read([copy("Completed", "other")]), "fail"],
    ["a volume on its way", read([copy("InProgress")]), "fail"],
    ["a volume that failed beside a good one", read([copy("Completed"), copy("Failed")]), "fail"],
    ["volumes that may not be read", FORBIDDEN, "fail"],
  ])("with %s: %s", (_what, podVolumeBackups, answer) => {
    expect(last({ podVolumeBackups })).toEqual([`last-backup-complete: ${answer}`, AGENTS]);
  });

  it.each<[string, Partial<VeleroFacts>, string]>([
    ["every node", { nodeAgent: agent(2), nodes: nodes(false, false) }, "pass"],
    ["one of two nodes, which its DaemonSet is content with", { nodes: nodes(false, false) }, "pending"],
    ["every node but a cordoned one", { nodes: nodes(false, true) }, "pass"],
    ["no node, where there is none", { nodeAgent: agent(0), nodes: nodes() }, "pending"],
    ["nowhere: there is no DaemonSet", { nodeAgent: read(null) }, "pending"],
    ["nodes that may not be read", { nodes: FORBIDDEN }, "unknown"],
    ["what may not be read", { nodeAgent: FORBIDDEN }, "unknown"],
  ])("has agents on %s", (_what, facts, answer) => {
    expect(last(facts).at(-1)).toBe(`backup-agents-everywhere: ${answer}`);
  });
});

it.each([
  ["Ready", "pass"],
  ["NotReady", "pending"],
  ["", "pending"],
])("a repository that is %j: %s", (phase, answer) => {
  const repositories = read([RepositorySchema.parse({ metadata: { name: "r" }, status: { phase } })]);
  expect(judge({ repositories })[1]).toBe(`backup-repository-ready: ${answer}`);
});

it.each([
  ["0 2 * * *", "2026-02-28T02:00:00.000Z"],
  ["0 23 * * *", "2026-02-27T23:00:00.000Z"],
  ["30 21 * * *", "2026-02-28T21:30:00.000Z"],
  ["0 3 * * 0", "2026-02-22T03:00:00.000Z"],
  ["0 4 1 * *", "2026-02-01T04:00:00.000Z"],
  ["0 4 15 * *", "2026-01-15T04:00:00.000Z"],
  ["0 4 13 * *", "2026-02-13T04:00:00.000Z"],
  ["*/15 * * * *", "2026-03-01T09:45:00.000Z"],
  ["0 9-17/4 * * MON-FRI", "2026-02-27T17:00:00.000Z"],
  ["0 0 1 JAN ?", "2025-01-01T00:00:00.000Z"],
  ["0 0 1,15 * 3", "2026-02-25T00:00:00.000Z"],
  ["@daily", "2026-02-28T00:00:00.000Z"],
  ["@every 90m", "2026-03-01T07:45:00.000Z"],
])("wants of %s a backup that began since %s, on a Sunday at 10:00", (text, since) => {
  expect(new Date(begunSince(text, NOW) ?? Number.NaN).toISOString()).toBe(since);
});

it.each([
  "",
  "* * * *",
  "60 * * * *",
  "0 24 * * *",
  "0 0 0 * *",
  "5-1 * * * *",
  "0 0 30 2 *",
  "*/0 * * * *",
  "@every often",
  "often",
])("rejects %j as a schedule", (text) => {
  expect(begunSince(text, NOW)).toBeUndefined();
});
