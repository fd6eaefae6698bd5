import type { Review, Run } from "../run/messages.ts";
import type { Notification } from "../run/ports.ts";
import { retainedLines } from "./retained-lines.ts";
import { subject } from "./subject.ts";

/** What an approver needs to decide and to answer. The task's token stays in the table: only the API reads it. */
export function approvalNeeded(run: Run, review: Review, settings: { apiUrl: string }): Notification {
  const { counts, layer, digest } = review;
  const total = counts.add + counts.change + counts.replace + counts.destroy;
  return {
    event: "approval-needed",
    environment: run.environment,
    runId: run.runId,
    detail: { layer, digest, counts, why: review.approvalReason },
    subject: subject(`[${run.environment}] approve ${layer}: ${counts.destroy + counts.replace} destructive`),
    text: [
      `Run ${run.runId} waits for an approval of layer ${layer} (${run.operation}). Reason of the run: ${run.reason}.`,
      `Why it asks: ${review.approvalReason}`,
      `Plan: ${counts.add} to add, ${counts.change} to change, ${counts.replace} to replace, ${counts.destroy} to destroy.${total === 0 ? " Only outputs change." : ""}`,
      "",
      ...review.notable.map((change) => `- ${change.action} ${change.address}`),
      ...(total > review.notable.length ? [`- and ${total - review.notable.length} more`] : []),
      ...(review.retained ? ["", ...retainedLines([{ layer, retained: review.retained }])] : []),
      "",
      `Redacted review: s3://${run.artefactBucket}/runs/${run.runId}/${layer}/review.json`,
      `Digest: ${digest}`,
      "",
      "To approve exactly this plan, in a clone of the project, with your own AWS credentials:",
      `  ${decide("approve", run, review, settings)}`,
      "To refuse it:",
      `  ${decide("reject", run, review, settings)} --comment 'why'`,
      "Without an answer the run fails when the approval's time is over; nothing of this layer is applied then.",
    ].join("\n"),
  };
}

const decide = (
  decision: "approve" | "reject",
  run: Run,
  { layer, digest }: Review,
  { apiUrl }: { apiUrl: string },
): string => `npm run strata -- ${decision} ${run.runId} ${layer} --digest ${digest} --api ${apiUrl}`;
