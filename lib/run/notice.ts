import { checkFailed, checkRecovered } from "../notifications/check-ended.ts";
import type { Notification } from "./ports.ts";
import { isNews, type Proof } from "./proof.ts";

export interface Notice {
  readonly topicArn: string;
  readonly notification: Notification;
}

/**
 * What somebody is told of a proof: nothing if it is as it was told before. A failure goes to those whom it needs,
 * a recovery to those who follow everything.
 */
export function noticeOf(
  proof: Proof,
  previous: Proof | undefined,
  told: {
    environment: string;
    artefactBucket: string;
    executionName: string;
    problems: readonly string[];
    topicArn: string;
    actionTopicArn: string;
  },
): Notice | undefined {
  if (!isNews(proof, previous)) return undefined;
  const ended = { ...told, proof };
  return proof.result === "failed"
    ? { topicArn: told.actionTopicArn, notification: checkFailed(ended) }
    : { topicArn: told.topicArn, notification: checkRecovered(ended) };
}
