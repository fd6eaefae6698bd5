import { BACKUP_LOCATIONS, BACKUPS, SCHEDULES } from "../clients/kubernetes/resources.ts";
import { InvalidInputError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";
import { VerifyBackupInputSchema } from "./events.ts";
import { settle } from "./evidence.ts";
import { judgeSelection } from "./judge-selection.ts";
import { BackupSchema, LocationSchema, ScheduleSchema } from "./objects.ts";
import type { VerificationPorts } from "./ports.ts";
import { VELERO_NAMESPACE as namespace } from "./sandbox.ts";
import type { Execution, Target, VerificationSettings } from "./settings.ts";

/**
 * Which backups are restored: the newest of each schedule that has ended, or the one that was asked for.
 * @throws InvalidInputError for a schedule that is not verified here
 * @throws NotReadyError (retryable) while there is none yet and one may be awaited
 * @throws GateFailedError if there is none, or it is not a whole one in time
 */
export async function selectBackups(
  {
    execution,
    settings,
    since,
    input,
  }: {
    execution: Execution;
    settings: VerificationSettings;
    since?: string | undefined;
    input: unknown;
  },
  ports: VerificationPorts,
  now: Date,
): Promise<{ targets: Target[] }> {
  const parsed = VerifyBackupInputSchema.safeParse(input ?? {});
  if (!parsed.success) throw new InvalidInputError(`input: ${describeIssues(parsed.error)}`);
  const wanted = parsed.data;
  const names = settings.schedules.map(({ name }) => name);
  if (wanted.schedule !== undefined && !names.includes(wanted.schedule))
    throw new InvalidInputError(`schedule: "${wanted.schedule}" is not verified; ${names.join(" and ")} are`);
  if (wanted.backup !== undefined && wanted.schedule === undefined)
    throw new InvalidInputError(`backup: say its schedule, too: ${names.join(" or ")}`);
  const facts = await ports.withCluster(now, async (cluster) => ({
    backups: await cluster.list(BACKUPS, { namespace }, BackupSchema),
    schedules: await cluster.list(SCHEDULES, { namespace }, ScheduleSchema),
    locations: await cluster.list(BACKUP_LOCATIONS, { namespace }, LocationSchema),
  }));
  const { findings, targets } = judgeSelection(facts, settings, wanted, execution.name, now);
  // Warnings alone are no answer: without any backup there is nothing to be proven.
  const { awaitMinutes: deadlineMinutes } = settings;
  const look = {
    execution,
    path: ["select"],
    ...(since && deadlineMinutes ? { since, deadlineMinutes } : {}),
  };
  await settle(findings, look, ports, now);
  return { targets: [...targets] };
}
