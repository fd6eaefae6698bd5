/** Which backup is verified: always the newest that has ended, and it must be a whole one. */
import { question } from "../gates/question.ts";
import type { Finding } from "../run/finding.ts";
import type { Backup, Location, Schedule } from "./objects.ts";
import { CANARY_NAMESPACE, sandboxName } from "./sandbox.ts";
import type { Target, VerificationSettings, VerifiedSchedule } from "./settings.ts";

/** @see velero `velero backup create --wait`: the phases in which a backup has ended */
const ENDED = ["FailedValidation", "Completed", "PartiallyFailed", "Failed"];
const HOUR = 3_600_000;
/** A backup with less than half of its forerunner's objects has lost a namespace, not tidied up. */
const SHRUNK = 0.5;

export interface SelectionFacts {
  readonly backups: readonly Backup[];
  readonly schedules: readonly Schedule[];
  readonly locations: readonly Location[];
}
/** What an execution was asked for; nothing: every schedule. */
export interface Wanted {
  readonly schedule?: string | undefined;
  readonly backup?: string | undefined;
}
export interface Selection {
  readonly findings: readonly Finding[];
  readonly targets: readonly Target[];
}

const LABEL = "velero.io/schedule-name";
const startOf = ({ status }: Backup): number => Date.parse(status?.startTimestamp ?? "") || 0;
const phaseOf = ({ status }: Backup): string => status?.phase ?? "New";

export function judgeSelection(
  facts: SelectionFacts,
  settings: VerificationSettings,
  wanted: Wanted,
  executionName: string,
  now: Date,
): Selection {
  const chosen = settings.schedules.filter(({ name }) => (wanted.schedule ?? name) === name);
  const results = chosen.map((schedule) =>
    judgeSchedule(facts, settings, schedule, { wanted, executionName, now }),
  );
  return {
    findings: results.flatMap(({ findings }) => findings),
    targets: results.flatMap(({ target }) => target ?? []),
  };
}

interface Choice {
  readonly wanted: Wanted;
  readonly executionName: string;
  readonly now: Date;
}

function judgeSchedule(
  facts: SelectionFacts,
  settings: VerificationSettings,
  schedule: VerifiedSchedule,
  { wanted, executionName, now }: Choice,
): { findings: Finding[]; target?: Target } {
  const own = facts.backups
    .filter(({ metadata }) => metadata.labels?.[LABEL] === schedule.schedule)
    .filter(({ spec }) => (settings.location ?? spec.storageLocation) === spec.storageLocation)
    .sort((a, b) => startOf(b) - startOf(a));
  const ended = own.filter((backup) => ENDED.includes(phaseOf(backup)));
  const backup =
    wanted.backup === undefined ? ended[0] : own.find(({ metadata }) => metadata.name === wanted.backup);
  const ask = question(
    "backup-chosen",
    `Schedule ${schedule.schedule}`,
    wanted.backup ?? "a backup that has ended",
  );
  if (!backup)
    return {
      findings: [
        ...(judgePaused(facts, schedule) ?? []),
        settings.awaitMinutes === undefined
          ? judgeNone(facts, schedule, wanted, now)
          : ask.pending(`none yet in the location ${settings.location ?? "of any name"}`),
      ],
    };
  const location = facts.locations.find(({ metadata, spec }) =>
    backup.spec.storageLocation ? metadata.name === backup.spec.storageLocation : spec.default === true,
  );
  const findings = [
    ...(judgePaused(facts, schedule) ?? []),
    ask.pass(`${backup.metadata.name}, begun at ${backup.status?.startTimestamp ?? "?"}`),
    judgeComplete(backup),
    judgeSize(backup, ended),
    judgeAge(backup, schedule, now),
    judgeExpiration(backup, now),
    ...(location ? [] : [ask.fail("its storage location is gone")]),
  ].flat();
  if (!location || !backup.status?.startTimestamp) return { findings };
  return {
    findings,
    target: {
      name: schedule.name,
      path: schedule.path,
      backup: {
        name: backup.metadata.name,
        startedAt: backup.status.startTimestamp,
        bucket: location.spec.objectStorage.bucket,
      },
      rpoHours: schedule.rpoHours,
      rtoMinutes: settings.rtoMinutes,
      namespace: CANARY_NAMESPACE,
      sandbox: sandboxName(schedule.name, executionName),
    },
  };
}

/** A schedule that was made lately has its first backup before it: that is no failure, and no proof either. */
function judgeNone(
  { schedules }: SelectionFacts,
  { schedule, rpoHours }: VerifiedSchedule,
  wanted: Wanted,
  now: Date,
): Finding {
  const made = schedules.find(({ metadata }) => metadata.name === schedule)?.metadata.creationTimestamp;
  const isYoung = made !== undefined && now.getTime() - Date.parse(made) < rpoHours * HOUR;
  const severity = isYoung && wanted.backup === undefined ? "warning" : "error";
  const ask = question("backup-chosen", `Schedule ${schedule}`, "a backup that has ended", severity);
  if (wanted.backup !== undefined) return ask.fail(`none of its backups is ${wanted.backup}`);
  return ask.fail(isYoung ? `none yet: it was made at ${made}` : "none has ended");
}

function judgePaused({ schedules }: SelectionFacts, { schedule }: VerifiedSchedule): Finding[] | undefined {
  const found = schedules.find(({ metadata }) => metadata.name === schedule);
  const ask = question("backup-schedule-enabled", `Schedule ${schedule}`, "there, and not paused");
  if (!found) return [ask.fail("does not exist")];
  return found.spec.paused ? [ask.fail("paused")] : undefined;
}

/** Completed, and nothing that it tried is missing in it: the phase alone does not count snapshots. */
function judgeComplete({ metadata, status }: Backup): Finding {
  const ask = question("backup-complete", `Backup ${metadata.name}`, "Completed, with all that it tried");
  if (!status) return ask.fail("has no status");
  const { phase, errors, failureReason, validationErrors = [] } = status;
  const problems = [
    ...(phase === "Completed"
      ? []
      : [[phase, failureReason, ...validationErrors].filter(Boolean).join(": ")]),
    ...(errors > 0 ? [`${errors} errors`] : []),
    ...missing("snapshots", status.volumeSnapshotsAttempted, status.volumeSnapshotsCompleted),
    ...missing("CSI snapshots", status.csiVolumeSnapshotsAttempted, status.csiVolumeSnapshotsCompleted),
    ...(status.backupItemOperationsFailed > 0
      ? [`${status.backupItemOperationsFailed} operations failed`]
      : []),
    ...((status.hookStatus?.hooksFailed ?? 0) > 0 ? [`${status.hookStatus?.hooksFailed} hooks failed`] : []),
  ];
  return problems.length === 0 ? ask.pass(phase) : ask.fail(problems.join(", "));
}

const missing = (what: string, attempted: number, completed: number): string[] =>
  attempted === completed ? [] : [`${completed} of ${attempted} ${what}`];

/** A schedule whose namespace was renamed goes on to "Complete", with nothing in it. */
function judgeSize(backup: Backup, ended: readonly Backup[]): Finding {
  const items = backup.status?.progress?.itemsBackedUp ?? 0;
  const before = ended.find((other) => startOf(other) < startOf(backup) && phaseOf(other) === "Completed");
  const baseline = Math.max(1, Math.ceil((before?.status?.progress?.itemsBackedUp ?? 0) * SHRUNK));
  const ask = question("backup-not-empty", `Backup ${backup.metadata.name}`, `at least ${baseline} objects`);
  return items >= baseline ? ask.pass(`${items} objects`) : ask.fail(`${items} objects`);
}

/** Data is as of a backup's start; what was written since would be lost. */
function judgeAge(backup: Backup, { rpoHours }: VerifiedSchedule, now: Date): Finding {
  const hours = (now.getTime() - startOf(backup)) / HOUR;
  const ask = question("backup-in-time", `Backup ${backup.metadata.name}`, `begun at most ${rpoHours} h ago`);
  const observed = `begun ${hours.toFixed(1)} h ago`;
  return hours <= rpoHours ? ask.pass(observed) : ask.fail(observed);
}

function judgeExpiration({ metadata, status }: Backup, now: Date): Finding {
  const ask = question("backup-kept", `Backup ${metadata.name}`, "kept for another hour at least");
  const left = Date.parse(status?.expiration ?? "") - now.getTime();
  return left > HOUR
    ? ask.pass(`until ${status?.expiration}`)
    : ask.fail(`until ${status?.expiration ?? "(unknown)"}`);
}
