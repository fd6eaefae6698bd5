import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import { contentProblem } from "./backup-content.ts";
import { begunSince } from "./cron.ts";
import type { VeleroExpectation } from "./expectation.ts";
import type { Backup, Schedule, VeleroFacts } from "./facts.ts";

/** Phases in which a backup has ended. Whatever others are called, they are on their way. */
const ENDED: readonly string[] = ["Completed", "FailedValidation", "PartiallyFailed", "Failed"];
/** The newest backup that has ended, and how old the newest good one is. Before the first is due, nothing. */
export function judgeLastBackup(
  facts: VeleroFacts,
  expectation: VeleroExpectation,
  name: string,
  now: Date,
): Finding[] {
  const { schedules, backups } = facts;
  const schedule = schedules.read && schedules.value.find(({ metadata }) => metadata.name === name);
  if (!schedule) return [];
  const subject = `newest backup of ${expectation.namespace}/${name}`;
  const complete = question("last-backup-complete", subject, "Completed, with all that it was to hold");
  if (!backups.read) return [complete.unknown(backups.problem)];
  const ended = endedOf(backups.value, name);
  const [newest] = ended;
  const findings = [judgeAge(schedule, ended, subject, now)];
  if (!newest) return findings;
  const problem = contentProblem({ newest, ended, schedule, facts, expectation, now });
  const observed = `${newest.metadata.name}: ${newest.status?.phase}`;
  findings.push(problem === undefined ? complete.pass(observed) : complete.fail(`${observed}, ${problem}`));
  return [...findings, ...judgeWarnings(newest, subject)];
}

/** What Velero warned of may be meant (a volume that it skips), so it is said and held against nobody. */
function judgeWarnings({ metadata, status }: Backup, subject: string): Finding[] {
  if (!status?.warnings) return [];
  const ask = question("last-backup-complete", subject, "no warnings", "warning");
  return [ask.fail(`${metadata.name}: ${status.warnings} warnings`)];
}

/** `lastBackup` of a schedule says when one was started; only a completed one is one. */
function judgeAge(schedule: Schedule, ended: readonly Backup[], subject: string, now: Date): Finding {
  const { metadata, spec } = schedule;
  const since = begunSince(spec.schedule, now);
  const expected = since === undefined ? "in time" : `a Completed one since ${new Date(since).toISOString()}`;
  const ask = question("last-backup-in-time", subject, `${expected} (${spec.schedule})`);
  if (since === undefined) return ask.unknown(`schedule ${spec.schedule} is not understood`);
  const good = ended.find(({ status }) => status?.phase === "Completed");
  const begun = good ? timeOf(good) : (metadata.creationTimestamp ?? "");
  const observed = good ? `${good.metadata.name}, started at ${begun}` : `none since ${begun}`;
  if (Number.isNaN(Date.parse(begun))) return ask.unknown(`${observed}, which is no time`);
  return Date.parse(begun) >= since ? ask.pass(observed) : ask.fail(observed);
}

/** Data is as of the start. A backup that failed its validation has no start, and is no older for it. */
const timeOf = ({ metadata, status }: Backup): string =>
  status?.startTimestamp ?? metadata.creationTimestamp ?? "";

/** Newest first. @see https://velero.io/docs/main/api-types/schedule/ for the label */
const endedOf = (backups: readonly Backup[], schedule: string): Backup[] =>
  backups
    .filter(({ metadata }) => metadata.labels?.["velero.io/schedule-name"] === schedule)
    .filter(({ status }) => ENDED.includes(status?.phase ?? ""))
    .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
