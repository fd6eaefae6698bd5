import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Application } from "./facts.ts";

/**
 * Is a sync still going on, and has the Application been looked at since the last one ended? Right after a sync
 * its health is from before it, which is the clause that home-made checks forget.
 */
export function judgeOperation({ operation, status }: Application, subject: string): Finding {
  const ask = question("application-operation", subject, "last sync succeeded and was looked at since");
  const state = status?.operationState;
  if (operation !== undefined && operation !== null) return ask.pending("a sync is asked for or running");
  if (!state) return ask.pending("never synced");
  if (!state.finishedAt) return ask.pending(`sync is ${state.phase ?? "running"}`);
  const observed = `${state.phase ?? "no phase"} at ${state.finishedAt}`;
  if (state.phase === "Failed" || state.phase === "Error")
    return ask.fail(`${observed}: ${state.message ?? "no message"}`);
  if (!state.operation?.sync?.dryRun && !isSeenSince(status.reconciledAt, state.finishedAt))
    return ask.pending(`not reconciled since the sync of ${state.finishedAt}`);
  return state.phase === "Succeeded" ? ask.pass(observed) : ask.unknown(observed);
}

/** Argo CD's times have whole seconds, so the same second counts as since. */
const isSeenSince = (reconciledAt: string | undefined, finishedAt: string): boolean =>
  reconciledAt !== undefined && Date.parse(reconciledAt) >= Date.parse(finishedAt);
