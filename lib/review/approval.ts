import type { Run } from "../run/messages.ts";
import type { PlanCounts } from "../run/plan.ts";

export interface ApprovalDecision {
  readonly required: boolean;
  readonly reason: string;
}

/**
 * Does somebody have to agree? Nothing to apply needs nobody. In a destroy run the request itself is to destroy,
 * so protected resources are not refused there, but whatever the policy says a person confirms those that the
 * run did not name. So does a change of a layer that holds data, while no backup was proven lately: whoever agrees
 * to it knows that it could not be undone. What is only added loses nothing.
 */
export function decideApproval(
  run: Pick<Run, "operation" | "approval">,
  hasChanges: boolean,
  counts: PlanCounts,
  unnamedProtected: readonly string[],
  /** Why a change of what is there cannot rely on a backup; undefined where it can, or need not. */
  unproven?: string,
): ApprovalDecision {
  const destructive = counts.destroy + counts.replace;
  if (!hasChanges) return { required: false, reason: "the plan changes nothing" };
  if (run.operation === "plan") return { required: false, reason: "a plan run applies nothing" };
  if (unnamedProtected.length > 0)
    return {
      required: true,
      reason: `protected resources would be destroyed: ${unnamedProtected.join(", ")}`,
    };
  if (unproven !== undefined && counts.change + destructive > 0)
    return { required: true, reason: `the layer holds data, and ${unproven}` };
  switch (run.approval) {
    case "always":
      return { required: true, reason: "the policy is always: every change needs an approval" };
    case "on-change":
      return { required: true, reason: "the policy is on-change, and the plan has changes" };
    case "on-destroy":
      return destructive > 0
        ? {
            required: true,
            reason: `the policy is on-destroy, and ${destructive} would be destroyed or replaced`,
          }
        : { required: false, reason: "the policy is on-destroy, and nothing is destroyed or replaced" };
    case "never":
      return { required: false, reason: "the policy is never" };
  }
}
