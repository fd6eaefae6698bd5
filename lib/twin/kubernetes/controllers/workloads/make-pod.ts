import type { ApiObject } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { report } from "../engine/events.ts";
import type { Fields } from "../engine/fields.ts";

/** Refused pods are tried again, later each time: after as long as the owner is old, within these bounds (estimate). */
const SOONEST_MILLISECONDS = 15_000;
const LATEST_MILLISECONDS = 300_000;

/**
 * Makes a pod for its owner and says so. Admission may refuse it (pod security, quota, a policy): then the reason
 * is said, and the owner is looked at again later.
 * @param component who makes it: `replicaset-controller`
 * @returns why it is not there, if it was refused
 */
export function makePod(
  owner: ApiObject,
  pod: Fields,
  component: string,
  context: ReconcileContext,
): string | undefined {
  const { name } = pod.metadata as { name: string };
  let refusal: string | undefined;
  const made = context.client.create(pod, (why) => {
    refusal = why;
  });
  if (refusal !== undefined) {
    const message = `Error creating: ${refusal}`;
    report(owner, context, { type: "Warning", reason: "FailedCreate", message, component });
    const age = context.now - Date.parse(owner.metadata.creationTimestamp);
    context.after(Math.min(LATEST_MILLISECONDS, Math.max(SOONEST_MILLISECONDS, age)));
    return refusal;
  }
  if (made)
    report(owner, context, { reason: "SuccessfulCreate", message: `Created pod: ${name}`, component });
  return undefined;
}

/** Deletes a pod of its owner and says so. */
export function dropPod(
  owner: ApiObject,
  pod: ApiObject,
  component: string,
  context: ReconcileContext,
): void {
  context.client.delete(pod);
  const message = `Deleted pod: ${pod.metadata.name}`;
  report(owner, context, { reason: "SuccessfulDelete", message, component });
}
