/** What a verified restore cost: the times that a disaster would. */
import * as z from "zod";
import { question } from "../gates/question.ts";
import type { Finding } from "../run/finding.ts";
import type { Canary } from "./judge-sandbox.ts";
import type { Target } from "./settings.ts";

export const MeasuredSchema = z.strictObject({
  restoreStartedAt: z.string(),
  restoreCompletedAt: z.string(),
  /** When all of it was first seen ready, the canary read. */
  readyAt: z.string(),
  canaryWrittenAt: z.string(),
  canarySha256: z.string(),
  /** Data loss if the disaster were now, by the backup's start, in seconds. */
  rpoSeconds: z.number(),
  /** Velero's part, and all of it, in seconds. */
  restoreSeconds: z.number(),
  rtoSeconds: z.number(),
});
export type Measured = z.infer<typeof MeasuredSchema>;

const seconds = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 1_000);

export function measure(
  target: Target,
  restore: { startedAt: string; completedAt: string },
  canary: Canary,
  executionStartedAt: string,
  readyAt: string,
): Measured {
  return {
    restoreStartedAt: restore.startedAt,
    restoreCompletedAt: restore.completedAt,
    readyAt,
    canaryWrittenAt: canary.writtenAt,
    canarySha256: canary.sha256,
    rpoSeconds: seconds(target.backup.startedAt, executionStartedAt),
    restoreSeconds: seconds(restore.startedAt, restore.completedAt),
    rtoSeconds: seconds(restore.startedAt, readyAt),
  };
}

/** The canary writes each hour: a file older than that was not in use when the backup was made. */
const CANARY_HOURS = 1;
/** Between the hour's file and the snapshot, and for two clocks. */
const GRACE_MINUTES = 10;

export function judgeMeasured(measured: Measured, target: Target): Finding[] {
  const { rpoHours, rtoMinutes, backup, sandbox } = target;
  const rpo = question("rpo-met", `backup ${backup.name}`, `at most ${rpoHours} h of data lost`);
  const rto = question("rto-met", `restore into ${sandbox}`, `ready within ${rtoMinutes} min`);
  const fresh = question(
    "canary-fresh",
    `canary of ${backup.name}`,
    "written in the hour before the backup began",
  );
  const hours = measured.rpoSeconds / 3_600;
  const minutes = measured.rtoSeconds / 60;
  const age = seconds(measured.canaryWrittenAt, backup.startedAt) / 60;
  const told = `written ${age.toFixed(0)} min before the backup began`;
  return [
    hours <= rpoHours ? rpo.pass(`${hours.toFixed(1)} h`) : rpo.fail(`${hours.toFixed(1)} h`),
    minutes <= rtoMinutes ? rto.pass(`${minutes.toFixed(1)} min`) : rto.fail(`${minutes.toFixed(1)} min`),
    age <= CANARY_HOURS * 60 + GRACE_MINUTES && age >= -GRACE_MINUTES ? fresh.pass(told) : fresh.fail(told),
  ];
}
