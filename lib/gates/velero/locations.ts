import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { BackupLocation, VeleroFacts } from "./facts.ts";

/**
 * Velero validates a location every minute (`--store-validation-frequency`); five minutes without a validation
 * mean that no server is running, and then "Available" is only what the last one said.
 */
const VALIDATION_AGE_MILLISECONDS = 5 * 60_000;
/** Clocks of server and judge may differ by seconds. */
const SKEW_MILLISECONDS = 60_000;

export function judgeLocations({ locations }: VeleroFacts, namespace: string, now: Date): Finding[] {
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
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  // Another environment's backups are there to be read; one's own must be written.
  if (spec.accessMode === "ReadOnly" && spec.default === true)
    return ask.fail("read-only: no backup can be written");
  if (phase !== "Available") return ask.pending(`${phase} ${message}`.trim());
  if (!lastValidationTime) return ask.pending("never validated");
  const age = now.getTime() - Date.parse(lastValidationTime);
  if (Number.isNaN(age) || age < -SKEW_MILLISECONDS)
    return ask.unknown(`validation time ${lastValidationTime} is not of the past`);
  return age < VALIDATION_AGE_MILLISECONDS
    ? ask.pass(`Available, validated at ${lastValidationTime}`)
    : ask.pending(`last validated at ${lastValidationTime}`);
}
