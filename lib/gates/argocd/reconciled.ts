import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Application } from "./facts.ts";

/**
 * Argo CD compares every application at least every 3 minutes (`timeout.reconciliation` 120 s and a jitter of
 * 60 s); three of these missed mean that nobody compares, and "Synced, Healthy" is what the last one said.
 */
const COMPARED_WITHIN_MILLISECONDS = 10 * 60_000;
/** Clocks of controller and judge may differ by seconds. */
const SKEW_MILLISECONDS = 60_000;
const SKIP = "argocd.argoproj.io/skip-reconcile";

export function judgeReconciled({ metadata, status }: Application, subject: string, now: Date): Finding {
  const ask = question("application-reconciled", subject, "compared within 10 min");
  if (metadata.annotations?.[SKIP] === "true") return ask.fail(`left alone by its annotation ${SKIP}`);
  const reconciledAt = status?.reconciledAt;
  if (!reconciledAt) return ask.pending("never compared");
  const age = now.getTime() - Date.parse(reconciledAt);
  if (Number.isNaN(age) || age < -SKEW_MILLISECONDS) return ask.unknown(`${reconciledAt} is not of the past`);
  return age < COMPARED_WITHIN_MILLISECONDS
    ? ask.pass(`compared at ${reconciledAt}`)
    : ask.pending(`last compared at ${reconciledAt}`);
}
