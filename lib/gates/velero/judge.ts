import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { VeleroExpectation } from "./expectation.ts";
import type { Backup, BackupLocation, Schedule, VeleroFacts } from "./facts.ts";

/**
 * Velero validates a location every minute (`--store-validation-frequency`); five minutes without a validation
 * mean that no server is running, and then "Available" is only what the last one said.
 */
const VALIDATION_AGE_MILLISECONDS = 5 * 60_000;

/** Phases in which a backup has ended. Others are on their way. */
const ENDED_BADLY: readonly string[] = ["FailedValidation", "PartiallyFailed", "Failed"];

export function judgeVelero(facts: VeleroFacts, expectation: VeleroExpectation, now: Date): Finding[] {
  return [
    ...judgeLocations(facts, expectation.namespace, now),
    ...expectation.schedules.flatMap((name) => judgeSchedule(facts, expectation.namespace, name)),
  ];
}

function judgeLocations({ locations }: VeleroFacts, namespace: string, now: Date): Finding[] {
  const ask = question("backup-location-available", `namespace ${namespace}`, "a backup location");
  if (!locations.read) return [ask.unknown(locations.problem)];
  if (locations.value.length === 0) return [ask.pending("none")];
  const findings = locations.value.map((location) => judgeLocation(location, now));
  if (locations.value.some(({ spec }) => spec.default === true)) return findings;
  const byDefault = question("backup-location-available", `namespace ${namespace}`, "a default", "warning");
  return [
    ...findings,
    byDefault.fail(
      "no location is the default",
      "A backup that names no location fails validation: none is the default.",
    ),
  ];
}

function judgeLocation({ metadata, spec, status }: BackupLocation, now: Date): Finding {
  const ask = question(
    "backup-location-available",
    `BackupStorageLocation ${metadata.name}`,
    "Available, validated within 5 min; writable, if the default",
  );
  const { phase = "no phase", lastValidationTime, message = "" } = status ?? {};
  // Another environment's backups are there to be read; one's own must be written.
  if (spec.accessMode === "ReadOnly" && spec.default === true)
    return ask.fail("read-only: no backup can be written");
  if (phase !== "Available") return ask.pending(`${phase} ${message}`.trim());
  if (!lastValidationTime) return ask.pending("never validated");
  const age = now.getTime() - Date.parse(lastValidationTime);
  return age < VALIDATION_AGE_MILLISECONDS
    ? ask.pass(`Available, validated at ${lastValidationTime}`)
    : ask.pending(`last validated at ${lastValidationTime}`);
}

function judgeSchedule({ schedules, backups }: VeleroFacts, namespace: string, name: string): Finding[] {
  const ask = question("backup-schedule-enabled", `Schedule ${namespace}/${name}`, "Enabled and not paused");
  if (!schedules.read) return [ask.unknown(schedules.problem)];
  const schedule = schedules.value.find(({ metadata }) => metadata.name === name);
  if (!schedule) return [ask.pending("does not exist")];
  const enabled = judgeEnabled(schedule, ask);
  if (!backups.read) return [enabled, lastBackup(namespace, name).unknown(backups.problem)];
  const newest = newestOf(backups.value, name);
  return newest ? [enabled, judgeBackup(newest, namespace, name)] : [enabled];
}

function judgeEnabled({ spec, status }: Schedule, ask: ReturnType<typeof question>): Finding {
  const { phase = "no phase", validationErrors = [] } = status ?? {};
  if (phase === "FailedValidation") return ask.fail(`${phase}: ${validationErrors.join("; ")}`);
  if (spec.paused) return ask.fail("paused");
  return phase === "Enabled" ? ask.pass(`Enabled, ${spec.schedule}`) : ask.pending(phase);
}

/** A first backup comes with its schedule, perhaps in a month: none is no finding, a bad newest one is a warning. */
function judgeBackup({ metadata, status }: Backup, namespace: string, schedule: string): Finding {
  const ask = lastBackup(namespace, schedule);
  const phase = status?.phase ?? "New";
  const observed = `${metadata.name}: ${phase} ${status?.failureReason ?? ""}`.trim();
  if (ENDED_BADLY.includes(phase)) return ask.fail(observed);
  return phase === "Completed" ? ask.pass(observed) : ask.pending(observed);
}

const lastBackup = (namespace: string, schedule: string) =>
  question("last-backup-complete", `newest backup of ${namespace}/${schedule}`, "Completed", "warning");

/** @see https://velero.io/docs/main/api-types/schedule/ for the label */
function newestOf(backups: readonly Backup[], schedule: string): Backup | undefined {
  const started = ({ status }: Backup): string => status?.startTimestamp ?? "";
  return backups
    .filter(({ metadata }) => metadata.labels?.["velero.io/schedule-name"] === schedule)
    .sort((a, b) => (started(a) < started(b) ? 1 : -1))[0];
}
