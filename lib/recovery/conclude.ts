import type { ConclusionPorts } from "../backups/conclude.ts";
import type { Outcome } from "../backups/events.ts";
import { evidenceKey, FindingsFileSchema } from "../backups/evidence.ts";
import type { Measured } from "../backups/measure.ts";
import type { Execution } from "../backups/settings.ts";
import { checkFailed, checkRecovered } from "../notifications/check-ended.ts";
import { recordProof } from "../run/close-check.ts";
import type { Finding } from "../run/finding.ts";
import { checkFolder, isNews, type Proof } from "../run/proof.ts";
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from "./scenarios.ts";

interface Rehearsal {
  readonly execution: Execution;
  readonly scenario: ScenarioName;
  /** Of the verification that restored; empty if it did not come to that. */
  readonly outcomes: readonly Outcome[];
  /** Where that verification's evidence lies; left out, beside the rehearsal's own. */
  readonly evidenceBucket?: string | undefined;
  /** What was built for the rehearsal could not be removed. */
  readonly isLeft?: boolean | undefined;
  readonly error?: { readonly name: string; readonly cause: string } | undefined;
}

/** One line of the table: what the disaster costs, beside what was promised. Minutes, and hours of data. */
export interface Row {
  readonly scenario: ScenarioName;
  readonly lost: string;
  readonly promisedMinutes: readonly [number, number];
  readonly rtoMinutes?: number;
  /** Of these, until there was something to restore into; 0 where that was never lost. */
  readonly buildMinutes?: number;
  readonly rpoHours?: number;
  /** Is it back within the promise's upper end? Undefined: not measured. */
  readonly kept?: boolean;
}

/** The rehearsed scenario measured, the others as they were promised. */
export function rowsOf({
  scenario,
  outcomes,
  execution,
}: Pick<Rehearsal, "scenario" | "outcomes" | "execution">): Row[] {
  const outcome = outcomes.find(({ measured }) => measured);
  return SCENARIO_NAMES.map((name) => {
    const { lost, promisedMinutes } = SCENARIOS[name];
    const row = { scenario: name, lost, promisedMinutes };
    if (name !== scenario || !outcome?.measured) return row;
    const cost = costOf(scenario, outcome.target.backup.startedAt, outcome.measured, execution.startedAt);
    return { ...row, ...cost, kept: cost.rtoMinutes <= promisedMinutes[1] };
  });
}

const tenths = (milliseconds: number, unit: number): number => Math.round((milliseconds / unit) * 10) / 10;

/**
 * Where a cluster must be built first, the disaster strikes when the rehearsal begins: from then on the time counts,
 * and what was written between the backup and then is lost.
 */
function costOf(
  scenario: ScenarioName,
  backupStartedAt: string,
  measured: Measured,
  startedAt: string,
): { rtoMinutes: number; buildMinutes: number; rpoHours: number } {
  const struck = Date.parse(SCENARIOS[scenario].rebuilds ? startedAt : measured.restoreStartedAt);
  return {
    rtoMinutes: tenths(Date.parse(measured.readyAt) - struck, 60_000),
    buildMinutes: tenths(Date.parse(measured.restoreStartedAt) - struck, 60_000),
    rpoHours: SCENARIOS[scenario].rebuilds
      ? tenths(struck - Date.parse(backupStartedAt), 3_600_000)
      : tenths(measured.rpoSeconds, 3_600),
  };
}

/** Writes the table as evidence, the proof, and a mail if it is news. */
export async function concludeRehearsal(
  rehearsal: Rehearsal,
  ports: ConclusionPorts,
  now: Date,
): Promise<{ proven: boolean; error?: string; cause?: string }> {
  const { execution, scenario, outcomes, error } = rehearsal;
  const rows = rowsOf(rehearsal);
  const row = rows.find((each) => each.scenario === scenario);
  const proven = row?.rtoMinutes !== undefined && !error;
  const [low, high] = SCENARIOS[scenario].promisedMinutes;
  const left = rehearsal.isLeft ? "what was built for it is still there, and costs money; " : "";
  const cause = left + (error ? causeOf(error.cause) : "nothing was restored");
  const building = row?.buildMinutes ? `, ${row.buildMinutes} of them to build it anew` : "";
  const summary = proven
    ? `${scenario}: back in ${row.rtoMinutes} min${building} (promised ${low}-${high} min), ${row.rpoHours} h of data lost`
    : `${scenario}: not recovered: ${cause}`;
  const key = `${checkFolder("rehearse-recovery", execution.name)}/proof.json`;
  const proof: Proof = {
    proof: "rehearse-recovery",
    executionArn: execution.arn,
    startedAt: new Date(execution.startedAt).toISOString(),
    endedAt: now.toISOString(),
    result: proven ? "passed" : "failed",
    summary: summary.slice(0, 300),
    evidenceKey: key,
    scenario,
    ...(proven ? {} : { fingerprint: `${scenario} ${error?.name ?? ""}` }),
  };
  const findings = await findingsOf(rehearsal, ports);
  await ports.objects.writeJson(ports.artefactBucket, key, { ...proof, rows, outcomes, findings });
  const news = isNews(proof, await ports.proofs.last("rehearse-recovery", scenario));
  const ended = { ...ports, proof, executionName: execution.name, problems: proven ? [] : [cause] };
  const notification = proven ? checkRecovered(ended) : checkFailed(ended);
  const notice = news ? { topicArn: ports.actionTopicArn, notification } : undefined;
  await recordProof(proof, notice, ports, now);
  return proven ? { proven } : { proven, error: error?.name ?? "GateFailedError", cause: summary };
}

/** What the restored sandbox was found to be, from the evidence of the verification that the rehearsal started. */
async function findingsOf(
  { outcomes, evidenceBucket }: Rehearsal,
  { objects, artefactBucket }: ConclusionPorts,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { target } of outcomes) {
    const name = target.sandbox.slice(`restore-verify-${target.name}-`.length);
    const key = evidenceKey({ name }, target.name, "sandbox");
    const content = await objects.read(evidenceBucket ?? artefactBucket, key).catch(() => undefined);
    if (content) findings.push(...FindingsFileSchema.parse(JSON.parse(content.toString("utf8"))).findings);
  }
  return findings;
}

/** A failed child execution's cause is the execution as JSON, with a cause of its own in it. */
function causeOf(cause: string): string {
  const [, own] = /"Cause":"((?:[^"\\]|\\.)*)"/.exec(cause) ?? [];
  return (own ?? cause).replaceAll('\\"', '"').slice(0, 500);
}
