import type * as z from "zod";
import type { ApprovalRecord } from "../../run/records.ts";
import type { Answer, Operate } from "../answer.ts";
import { type ApiPorts, type ApiSettings, type Decision, executionArnOf } from "../ports.ts";
import { ApiProblem } from "../problem.ts";
import type { ApiRequest } from "../request.ts";
import { confirmedRequester } from "../requester.ts";
import type { ApprovalView, DecideApprovalSchema } from "../schemas.ts";

/** Without the task's token: whoever holds that has the approval. */
export const viewOf = (approval: ApprovalRecord): ApprovalView => ({
  layer: approval.layer,
  digest: approval.digest,
  requestedAt: approval.requestedAt,
  decision: approval.decision ?? "pending",
  ...(approval.decidedBy && { decidedBy: approval.decidedBy }),
  ...(approval.decidedAt && { decidedAt: approval.decidedAt }),
  ...(approval.comment && { comment: approval.comment }),
});

export const listApprovals: Operate = async ({ path: { runId = "" } }, ports, settings) => {
  const [execution, approvals] = await Promise.all([
    ports.machines.describe(executionArnOf(settings, "pipeline", runId)),
    ports.approvals.list(runId),
  ]);
  if (!execution) throw new ApiProblem("not-found", `there is no run ${runId} in ${settings.environment}`);
  return { body: { approvals: approvals.map(viewOf) } };
};

/**
 * Decides once, by a conditional write, and only then answers the waiting state: of two people who press at the
 * same time one is told that it is too late. Should the answer itself get lost, the same person may repeat it.
 */
export const decideApproval: Operate = async (request, ports, settings, now) => {
  const { runId = "", layer = "" } = request.path;
  const asked = request.body as z.infer<typeof DecideApprovalSchema>;
  const approval = await ports.approvals.read(runId, layer);
  if (!approval)
    throw new ApiProblem("not-found", `run ${runId} has not asked for an approval of layer ${layer}`);
  if (approval.digest !== asked.digest)
    throw new ApiProblem(
      "conflict",
      `the digest is not that of the plan that waits for an approval: ${approval.digest}. Read the plan again.`,
    );
  await checkApprover(request, asked.decision, ports, settings, now);
  const decision: Decision = {
    decision: asked.decision,
    decidedBy: request.caller,
    decidedAt: now.toISOString(),
    ...(asked.comment && { comment: asked.comment }),
  };
  if (!(await ports.approvals.decide(approval, decision))) return decidedBefore(request, approval, ports);
  return send(approval, decision, ports);
};

/**
 * Rejecting one's own run is always one's right. Until AWS has said who started it nobody approves it: whoever claims
 * that somebody else did could approve his own plans.
 */
async function checkApprover(
  { caller, path: { runId = "" } }: ApiRequest,
  decision: Decision["decision"],
  ports: ApiPorts,
  settings: ApiSettings,
  now: Date,
): Promise<void> {
  if (settings.selfApproval || decision === "reject") return;
  const [execution, record] = await Promise.all([
    ports.machines.describe(executionArnOf(settings, "pipeline", runId)),
    ports.runs.read(runId),
  ]);
  const requester = execution && (await confirmedRequester(execution, ports, now));
  if ([requester, record?.run?.requestedBy].some((each) => personOf(each ?? "") === personOf(caller)))
    throw new ApiProblem(
      "not-allowed",
      "who asked for a run does not approve its plans; ask a second person",
    );
  if (requester === undefined)
    throw new ApiProblem(
      "too-early",
      `nobody approves a run before it is known who started it, and CloudTrail does not say so yet of ${runId}: it learns of a start within a quarter of an hour, mostly within five minutes. Try again then; a run that is started through the API is known at once.`,
    );
}

/** A role's session is named by its person; the role is the same for all of them. */
const personOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1).toLowerCase();

/** The same decision of the same person again only helps an answer that was lost on its way. */
async function decidedBefore(
  { caller, path: { runId = "", layer = "" } }: ApiRequest,
  approval: ApprovalRecord,
  ports: ApiPorts,
): Promise<Answer> {
  const now = (await ports.approvals.read(runId, layer)) ?? approval;
  if (now.decidedBy === caller && now.decision && now.decidedAt && now.digest === approval.digest) {
    const { decision, decidedBy, decidedAt, comment } = now;
    return send(now, { decision, decidedBy, decidedAt, ...(comment && { comment }) }, ports);
  }
  const by = now.decidedBy ? `${now.decidedBy} at ${now.decidedAt ?? "?"}` : "somebody else";
  throw new ApiProblem(
    "conflict",
    `this has been decided (${now.decision ?? "made anew"}) by ${by}; it stays so`,
  );
}

async function send(approval: ApprovalRecord, decision: Decision, ports: ApiPorts): Promise<Answer> {
  const { taskToken, digest } = approval;
  const sent =
    decision.decision === "approve"
      ? await ports.callbacks.succeed(taskToken, { approved: true, digest, approver: decision.decidedBy })
      : await ports.callbacks.fail(
          taskToken,
          "PlanRejectedError",
          `rejected by ${decision.decidedBy}${decision.comment ? `: ${decision.comment}` : ""}`,
        );
  if (sent === "gone")
    throw new ApiProblem(
      "too-late",
      "the run does not wait for this approval (any more): see how it went on",
    );
  return { body: viewOf({ ...approval, ...decision }) };
}
