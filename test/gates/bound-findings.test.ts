import { expect, it } from "vitest";
import { boundFindings } from "../../lib/gates/bound-findings.ts";
import { question } from "../../lib/gates/question.ts";
import { type Finding, verdictOf } from "../../lib/run/finding.ts";

const ask = (name: string, severity: Finding["severity"] = "error") =>
  question("pod-starts", name, "containers start", severity);
const many = (count: number, make: (index: number) => Finding): Finding[] =>
  Array.from({ length: count }, (_, index) => make(index));

it("leaves as many as a person can read as they are", () => {
  const findings = many(3, (index) => ask(`Pod a/${index}`).pass("up"));
  expect(boundFindings(findings, 3)).toBe(findings);
});

it("keeps the worst first and counts the rest by check and status", () => {
  const findings = [
    ...many(4, (index) => ask(`Pod ok/${index}`).pass("up")),
    ask("Pod warned/1", "warning").fail("evicted"),
    ...many(2, (index) => ask(`Pod slow/${index}`).pending("creating")),
    ask("Pod bad/1").fail("ImagePullBackOff"),
  ];
  expect(boundFindings(findings, 2).map(({ subject, status }) => [subject, status])).toEqual([
    ["Pod bad/1", "fail"],
    ["Pod slow/0", "pending"],
    ["1 more", "pending"],
    ["4 more", "pass"],
    ["1 more", "fail"],
  ]);
  expect(boundFindings(findings, 2).at(-2)?.message).toBe(
    "4 more answer pass to pod-starts; the first of them is Pod ok/0.",
  );
});

it.each([
  ["one failure among thousands", [ask("Pod bad/1").fail("crash")], "failed"],
  ["one that waits among thousands", [ask("Pod slow/1").pending("creating")], "not-ready"],
  ["warnings only", [ask("Pod old/1", "warning").fail("evicted")], "passed"],
])("says the same of %s as all findings do", (_, some, verdict) => {
  const findings = [...many(5000, (index) => ask(`Pod ok/${index}`).pass("up")), ...some];
  const bounded = boundFindings(findings);
  expect(bounded.length).toBeLessThanOrEqual(205);
  expect(verdictOf(bounded)).toBe(verdict);
  expect(verdictOf(findings)).toBe(verdict);
});
