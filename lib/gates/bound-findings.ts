import type { Finding } from "../run/finding.ts";

/** Findings of one gate that are kept one by one: a page that a person reads, and some 150 KB at the most. */
export const KEPT_FINDINGS = 200;

const STATUSES = ["fail", "unknown", "pending", "pass"] as const;

/** Errors before warnings, and within them what is wrong before what waits before what is well. */
const badness = ({ severity, status }: Finding): number =>
  (severity === "error" ? 0 : STATUSES.length) + STATUSES.indexOf(status);

/**
 * The worst findings, one by one, then what was left out, counted by check: a cluster of thousands of pods must
 * not make a report that nobody can read. The verdict over the result is that over all of them.
 */
export function boundFindings(findings: readonly Finding[], limit = KEPT_FINDINGS): readonly Finding[] {
  if (findings.length <= limit) return findings;
  const sorted = findings.toSorted((one, other) => badness(one) - badness(other));
  const groups = Map.groupBy(
    sorted.slice(limit),
    ({ check, status, severity }) => `${check} ${status} ${severity}`,
  );
  return [...sorted.slice(0, limit), ...[...groups.values()].map(countOf)];
}

function countOf(group: readonly Finding[]): Finding {
  const [first] = group;
  if (!first) throw new Error("a group holds at least one finding");
  const subject = `${group.length} more`;
  return {
    ...first,
    subject,
    observed: first.status,
    message: `${subject} answer ${first.status} to ${first.check}; the first of them is ${first.subject}.`,
  };
}
