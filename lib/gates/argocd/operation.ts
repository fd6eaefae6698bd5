import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Application, OperationState } from "./facts.ts";

/**
 * Is a sync still going on, and has the Application been looked at since the last one ended? Right after a sync
 * its health is from before it, which is the clause that home-made checks forget.
 */
export function judgeOperation({ operation, status }: Application, subject: string): Finding {
  const ask = question("application-operation", subject, "last sync succeeded and was looked at since");
  const state = status?.operationState;
  if (operation !== undefined && operation !== null) return ask.pending("a sync is asked for or running");
  if (!state) return ask.pending("never synced");
  if (!state.finishedAt) return ask.pending(runningWords(state));
  const observed = `${state.phase ?? "no phase"} at ${state.finishedAt}`;
  if (state.phase === "Failed" || state.phase === "Error")
    return ask.fail(`${observed}: ${state.message ?? "no message"}`);
  if (!state.operation?.sync?.dryRun && !isSeenSince(status.reconciledAt, state.finishedAt))
    return ask.pending(`not reconciled since the sync of ${state.finishedAt}`);
  const hook = state.syncResult?.resources?.find(
    ({ hookType, hookPhase }) => hookType && (hookPhase === "Failed" || hookPhase === "Error"),
  );
  if (hook)
    return ask.fail(`hook ${hook.kind} ${hook.name} ${hook.hookPhase}: ${hook.message ?? "no message"}`);
  return state.phase === "Succeeded" ? ask.pass(observed) : ask.unknown(observed);
}

/** Of a sync that was tried again and again, what stopped it the last time is worth more than that it runs. */
const runningWords = ({ phase = "running", retryCount = 0, message = "" }: OperationState): string =>
  retryCount > 0 ? `sync is ${phase}, try ${retryCount + 1}: ${message}` : `sync is ${phase}`;

/** Argo CD's times have whole seconds, so the same second counts as since. */
const isSeenSince = (reconciledAt: string | null | undefined, finishedAt: string): boolean =>
  typeof reconciledAt === "string" && Date.parse(reconciledAt) >= Date.parse(finishedAt);
