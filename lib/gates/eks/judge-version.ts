/** How long the cluster's version is supported, and what stands in the way of the next one. */
import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { EksFacts } from "./facts.ts";

const DAY = 24 * 60 * 60 * 1000;

/**
 * Days before the end of standard support from which on it is told: a minor upgrade with its preparation takes
 * weeks, and from the end on the cluster costs six times as much (0.60 instead of 0.10 USD an hour).
 * @see https://aws.amazon.com/eks/pricing/
 */
export const NOTICE_DAYS = 60;

/** Only a version without any support holds a layer up: AWS upgrades it by itself, at a time of its own. */
export function judgeVersion({ clusterName, version }: EksFacts, now: Date): Finding[] {
  if (!version) return [];
  const subject = `Kubernetes ${version.name} of cluster ${clusterName}`;
  const expected = `at least ${NOTICE_DAYS} days of standard support left`;
  const strict = question("version-supported", subject, "supported by EKS");
  const mild = question("version-supported", subject, expected, "warning");
  const { standardUntil, extendedUntil } = version.support ?? {};
  if (!standardUntil) return [mild.unknown("EKS names no end of its support")];
  const left = Math.floor((standardUntil.getTime() - now.getTime()) / DAY);
  if (left >= NOTICE_DAYS) return [mild.pass(`${left} days of standard support left`)];
  const day = standardUntil.toISOString().slice(0, 10);
  if (left >= 0) return [mild.fail(`standard support ends on ${day}, in ${left} days`)];
  if (extendedUntil && now < extendedUntil)
    return [mild.fail(`in extended support since ${day}, until ${extendedUntil.toISOString().slice(0, 10)}`)];
  return [strict.fail(`out of support since ${(extendedUntil ?? standardUntil).toISOString().slice(0, 10)}`)];
}

/** They speak of the next version, not of this one's health, so they are told and hold nothing up. */
export function judgeInsights({ insights }: EksFacts): Finding[] {
  return insights.map(({ name, status, reason }) => {
    const ask = question("upgrade-ready", `upgrade insight "${name}"`, "PASSING", "warning");
    const observed = reason ? `${status}: ${reason}` : status;
    if (status === "PASSING") return ask.pass(observed);
    return status === "UNKNOWN" ? ask.unknown(observed) : ask.fail(observed);
  });
}
