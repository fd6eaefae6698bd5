import { checkFailed } from "../notifications/check-ended.ts";
import type { ExecutionEnd } from "./check-event.ts";
import { DependencyUnavailableError } from "./errors.ts";
import type { Notification, Notifier, ObjectStore, ProofTable } from "./ports.ts";
import { type CheckClosing, isNews, type Proof, proofOfEnd } from "./proof.ts";
import { expiresAt, RUN_RECORD_DAYS } from "./records.ts";

export interface ProofPorts {
  readonly proofs: ProofTable;
  readonly notifier: Notifier;
}

/** A claim older than this is of an invocation that died: no function that tells runs for longer than a minute. */
const STALE_CLAIM_SECONDS = 60;

/**
 * Writes what an execution of a check has proven, and tells of it if there is something to tell. The first proof
 * of an execution stands: a repeated call writes nothing anew, and tells only what was not told.
 * @param notice what to say and where; left out, nobody hears of it
 * @throws DependencyUnavailableError (retryable) if the notice could not be sent; the claim is given back
 */
export async function recordProof(
  proof: Proof,
  notice: { readonly topicArn: string; readonly notification: Notification } | undefined,
  ports: ProofPorts,
  now: Date,
): Promise<CheckClosing> {
  const wanted: CheckClosing = {
    proof,
    ...(notice && { notice: notice.notification, topicArn: notice.topicArn }),
  };
  const created = await ports.proofs.create(wanted, expiresAt(now, RUN_RECORD_DAYS));
  const closing = created ? wanted : ((await ports.proofs.ofExecution(proof)) ?? wanted);
  if (closing.proof.result === "failed" || closing.proof.partial !== true)
    await ports.proofs.saveLast(closing.proof);
  await tellOnce(closing, ports, now);
  return closing;
}

/**
 * Closes a check for good. Its own last function has written the proof, as a rule; where it has not, a failed one
 * is written here, and told once. May be called any number of times.
 */
export async function closeCheck(
  end: ExecutionEnd,
  settings: { environment: string; actionTopicArn: string; artefactBucket: string },
  ports: ProofPorts & { objects: ObjectStore },
  now: Date,
): Promise<CheckClosing> {
  const failed = proofOfEnd(end);
  const known = await ports.proofs.ofExecution(failed);
  if (known) {
    await tellOnce(known, ports, now);
    return known;
  }
  await ports.objects.writeJson(settings.artefactBucket, failed.evidenceKey, end);
  const news = isNews(failed, await ports.proofs.last(end.machine));
  const notification = checkFailed({
    ...settings,
    proof: failed,
    executionName: end.executionName,
    problems: end.cause ? [end.cause] : [],
  });
  const notice = news ? { topicArn: settings.actionTopicArn, notification } : undefined;
  return recordProof(failed, notice, ports, now);
}

async function tellOnce(closing: CheckClosing, ports: ProofPorts, now: Date): Promise<void> {
  const { proof, notice, topicArn } = closing;
  if (!notice || !topicArn) return;
  const stale = new Date(now.getTime() - STALE_CLAIM_SECONDS * 1000).toISOString();
  const claim = await ports.proofs.claimNotification(proof, now.toISOString(), stale);
  if (claim === "sent") return;
  if (claim === "busy")
    throw new DependencyUnavailableError(`another invocation is telling of ${proof.executionArn}`);
  try {
    await ports.notifier.publish(topicArn, notice);
  } catch (cause) {
    await ports.proofs.releaseNotification(proof);
    throw new DependencyUnavailableError(`the notice of ${proof.executionArn} could not be sent`, { cause });
  }
  await ports.proofs.markNotificationSent(proof, now.toISOString());
}
