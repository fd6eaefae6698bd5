import { expiresAt, RUN_RECORD_DAYS } from "../run/records.ts";
import type { ApiPorts, Execution } from "./ports.ts";

/**
 * Who started a run is what AWS says: the API's caller, kept when it started it, or else whom CloudTrail names, kept
 * once it does. What the input claims is nobody's word. Undefined: CloudTrail has not learnt of the start yet.
 */
export async function confirmedRequester(
  { name, executionArn, startedAt }: Pick<Execution, "name" | "executionArn" | "startedAt">,
  { requesters, starts }: Pick<ApiPorts, "requesters" | "starts">,
  now: Date,
): Promise<string | undefined> {
  const known = await requesters.read(name);
  if (known !== undefined) return known;
  const found = await starts.whoStarted(executionArn, startedAt);
  if (found !== undefined) await requesters.save(name, found, expiresAt(now, RUN_RECORD_DAYS));
  return found;
}
