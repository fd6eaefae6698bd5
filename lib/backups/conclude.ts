import type * as z from "zod";
import { checkFailed, checkRecovered } from "../notifications/check-ended.ts";
import { readableCause } from "../run/cause.ts";
import { recordProof } from "../run/close-check.ts";
import type { Finding } from "../run/finding.ts";
import type { Notifier, ProofTable } from "../run/ports.ts";
import { isNews, type Proof } from "../run/proof.ts";
import { type CaughtSchema, type Outcome, VerifyBackupInputSchema } from "./events.ts";
import { evidenceKey, FindingsFileSchema } from "./evidence.ts";
import type { Measured } from "./measure.ts";
import type { VerificationPorts } from "./ports.ts";
import type { Execution, Target } from "./settings.ts";

type Caught = z.infer<typeof CaughtSchema>;
interface Conclusion {
  readonly execution: Execution;
  readonly input: unknown;
  readonly outcomes: readonly Outcome[];
  /** What ended the execution before any target, if something did. */
  readonly error?: Caught | undefined;
}
export interface ConclusionPorts extends VerificationPorts {
  readonly proofs: ProofTable;
  readonly notifier: Notifier;
  readonly environment: string;
  readonly actionTopicArn: string;
}

/** Steps whose findings are kept, in the order in which they are made. */
const STEPS = ["preflight", "restore", "sandbox", "clean-up"];
const SUMMARY_CHARACTERS = 300;

/** The one end of a verification that could be caught: evidence of all of it, its proof, and a mail if it is news. */
export async function conclude(
  { execution, input, outcomes, error }: Conclusion,
  ports: ConclusionPorts,
  now: Date,
): Promise<{ proven: boolean; outcomes: Outcome[]; error?: string; cause?: string }> {
  const findings = await readFindings(execution, outcomes, ports);
  const problems = [
    ...(error ? [`${error.step}: ${readableCause(error.cause)}`] : []),
    ...outcomes.flatMap(({ target, error: caught }) =>
      caught ? [`${target.name}: ${readableCause(caught.cause)}`] : [],
    ),
  ];
  const proven = problems.length === 0 && outcomes.length > 0;
  if (outcomes.length === 0 && !error) problems.push("nothing was asked for, and nothing was proven");
  const summary = proven ? outcomes.map(describe).join("; ") : `not proven: ${problems[0]}`;
  const key = evidenceKey(execution, "proof");
  const proof: Proof = {
    proof: "verify-backup",
    executionArn: execution.arn,
    startedAt: new Date(execution.startedAt).toISOString(),
    endedAt: now.toISOString(),
    result: proven ? "passed" : "failed",
    summary: summary.slice(0, SUMMARY_CHARACTERS),
    evidenceKey: key,
    ...(isPartial(input) ? { partial: true } : {}),
    ...(proven ? {} : { fingerprint: fingerprintOf(findings, problems) }),
  };
  await ports.objects.writeJson(ports.artefactBucket, key, { ...proof, outcomes, problems, findings });
  const news = isNews(proof, await ports.proofs.last("verify-backup"));
  const ended = { ...ports, proof, executionName: execution.name, problems };
  const notification = proven ? checkRecovered(ended) : checkFailed(ended);
  const notice = news ? { topicArn: ports.actionTopicArn, notification } : undefined;
  await recordProof(proof, notice, ports, now);
  if (proven) return { proven, outcomes: [...outcomes] };
  const name = error?.name ?? outcomes.find((outcome) => outcome.error)?.error?.name;
  return { proven, outcomes: [...outcomes], error: name ?? "GateFailedError", cause: summary };
}

/** A part that passed says nothing of the whole. */
const isPartial = (input: unknown): boolean => {
  const parsed = VerifyBackupInputSchema.safeParse(input ?? {});
  return parsed.success && (parsed.data.schedule !== undefined || parsed.data.backup !== undefined);
};

/** What is wrong, without its numbers: the same tomorrow is no news. */
function fingerprintOf(findings: readonly Finding[], problems: readonly string[]): string {
  const wrong = findings.filter(({ status, severity }) => status !== "pass" && severity === "error");
  const checks = [...new Set(wrong.map(({ check }) => check))].sort();
  return checks.length > 0 ? checks.join(" ") : (problems[0] ?? "").replaceAll(/\d+/g, "#").slice(0, 200);
}

async function readFindings(
  execution: Execution,
  outcomes: readonly Outcome[],
  { bucket: _bucket, objects, artefactBucket }: VerificationPorts,
): Promise<Finding[]> {
  const keys = [
    evidenceKey(execution, "select"),
    ...outcomes.flatMap(({ target }) => STEPS.map((step) => evidenceKey(execution, target.name, step))),
  ];
  const read = async (key: string): Promise<Finding[]> => {
    const content = await objects.read(artefactBucket, key).catch(() => undefined);
    if (content === undefined) return [];
    return FindingsFileSchema.parse(JSON.parse(content.toString("utf8"))).findings;
  };
  return (await Promise.all(keys.map(read))).flat();
}

const minutes = (seconds: number): string => `${(seconds / 60).toFixed(1)} min`;
const hours = (seconds: number): string => `${(seconds / 3_600).toFixed(1)} h`;

/** `daily (snapshot): velero-daily-… proven, RPO 6.5 h of 26 h, RTO 2.1 min of 30 min` */
function describe({ target, measured }: { target: Target; measured?: Measured | undefined }): string {
  const { name, path, backup, rpoHours, rtoMinutes } = target;
  const told = measured
    ? `RPO ${hours(measured.rpoSeconds)} of ${rpoHours} h, RTO ${minutes(measured.rtoSeconds)} of ${rtoMinutes} min`
    : "not measured";
  return `${name} (${path}): ${backup.name} proven, ${told}`;
}
