import type { Review, Run } from "../run/messages.ts";
import type { Notification } from "../run/ports.ts";
import { subject } from "./subject.ts";

/** What an approver needs to decide and to answer. The task token is fetched by the approver, never mailed. */
export function approvalNeeded(
  run: Run,
  review: Review,
  settings: { table: string; region: string },
): Notification {
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
      `Plan: ${counts.add} to add, ${counts.change} to change, ${counts.replace} to replace, ${counts.destroy} to destroy.`,
      "",
      ...review.notable.map((change) => `- ${change.action} ${change.address}`),
      ...(total > review.notable.length ? [`- and ${total - review.notable.length} more`] : []),
      "",
      `Redacted review: s3://${run.artefactBucket}/runs/${run.runId}/${layer}/review.json`,
      `Digest: ${digest}`,
      "",
      "To approve exactly this plan:",
      ...approveCommands(run, review, settings),
      "To refuse, send a failure instead:",
      `  aws stepfunctions send-task-failure --region ${settings.region} --task-token "$TOKEN" --error PlanRejectedError --cause 'why'`,
      "Without an answer the run fails when the approval's time is over; nothing of this layer is applied then.",
    ].join("\n"),
  };
}

function approveCommands(run: Run, review: Review, settings: { table: string; region: string }): string[] {
  const key = JSON.stringify({ pk: { S: `run#${run.runId}` }, sk: { S: `approval#${review.layer}` } });
  const answer = `{"approved":true,"digest":"${review.digest}","approver":"'"$USER"'"}`;
  return [
    `  TOKEN=$(aws dynamodb get-item --region ${settings.region} --table-name ${settings.table} --key '${key}' --query Item.taskToken.S --output text)`,
    `  aws stepfunctions send-task-success --region ${settings.region} --task-token "$TOKEN" --task-output '${answer}'`,
  ];
}
