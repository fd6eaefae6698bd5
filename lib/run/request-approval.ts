import { approvalNeeded } from "../notifications/approval-needed.ts";
import { PlanRejectedError } from "./errors.ts";
import type { Review, Run } from "./messages.ts";
import type { ApprovalTable, Notifier } from "./ports.ts";
import { APPROVAL_DAYS, expiresAt } from "./records.ts";

/**
 * Asks a person. The token goes into the table and nowhere else: whoever may read that item may approve, and
 * a mail is read by more people than that.
 */
export async function requestApproval(
  request: { run: Run; layer: string; review: Review; taskToken: string },
  settings: { actionTopicArn: string; apiUrl: string },
  ports: { approvals: ApprovalTable; notifier: Notifier },
  now: Date,
): Promise<{ requested: true; layer: string; digest: string }> {
  const { run, layer, review, taskToken } = request;
  if (review.layer !== layer)
    throw new PlanRejectedError(`approval of ${layer} was asked with the review of ${review.layer}`);
  const { digest } = review;
  await ports.approvals.save(
    { runId: run.runId, layer, taskToken, digest, status: "pending", requestedAt: now.toISOString() },
    expiresAt(now, APPROVAL_DAYS),
  );
  await ports.notifier.publish(settings.actionTopicArn, approvalNeeded(run, review, settings));
  return { requested: true, layer, digest };
}
