import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Application, Source } from "./facts.ts";

/**
 * Synced, and to what is asked for now: to the chart before this one is what a change of the version looks like in
 * its first seconds.
 */
export function judgeSync({ spec, status }: Application, subject: string): Finding {
  const sources = spec.sources?.length ? spec.sources : spec.source ? [spec.source] : [];
  const wanted = sources.map(exactVersion).filter((version) => version !== undefined);
  const ask = question(
    "application-synced",
    subject,
    `Synced${wanted.length > 0 ? ` to ${wanted.join(", ")}` : ""}`,
  );
  const { status: sync = "no status", revision = "no revision", revisions, comparedTo } = status?.sync ?? {};
  if (sync !== "Synced") return ask.pending(sync);
  const reached = revisions?.length ? revisions : [revision];
  const observed = `Synced to ${reached.join(", ")}`;
  if (sources.some((source, index) => isOther(exactVersion(source), reached[index])))
    return ask.pending(observed);
  const compared = comparedTo?.source?.targetRevision;
  return isOther(spec.source?.targetRevision, compared ?? spec.source?.targetRevision)
    ? ask.pending(`${observed}, compared to ${compared}`)
    : ask.pass(observed);
}

const isOther = (wanted: string | undefined, is: string | undefined): boolean =>
  wanted !== undefined && wanted !== is;

/** A range (`1.x`, `>=1.2`) or no version is resolved by Argo CD, and cannot be compared; nor can a branch. */
const exactVersion = ({ chart, targetRevision = "" }: Source): string | undefined =>
  chart && /^v?\d+\.\d+\.\d+(-[\w.]+)?(\+[\w.]+)?$/.test(targetRevision) ? targetRevision : undefined;
