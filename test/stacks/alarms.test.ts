import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { synthesized } from "./synthesized.ts";

const { resources } = synthesized();
const alarms = Object.values(resources)
  .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
  .map(({ Properties }) => Properties);
const runbook = readFileSync("docs/runbook.md", "utf8");

describe("the alarms", () => {
  it("watch at least ages, budgets, functions and dead letters", () => {
    expect(alarms.length).toBeGreaterThanOrEqual(3);
  });

  it.each(alarms.map((alarm) => [alarm.AlarmName as string, alarm] as const))(
    "%s has a runbook heading of its name, and asks for a person",
    (name, alarm) => {
      const heading = name.replace(/^prod: /, "");
      expect(runbook).toContain(`\n### ${heading}\n`);
      expect(alarm.AlarmDescription).toContain(`"${heading}"`);
      expect(alarm.AlarmActions).toHaveLength(1);
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    },
  );

  it("take a missing age for a bad one", () => {
    const overdue = alarms.filter(({ AlarmName }) => String(AlarmName).endsWith(" overdue"));
    for (const { TreatMissingData, Namespace, MetricName } of overdue)
      expect({ TreatMissingData, Namespace, MetricName }).toEqual({
        TreatMissingData: "breaching",
        Namespace: "Strata",
        MetricName: "ProofAge",
      });
  });

  it("count a queue or a function that reports nothing as nothing, not as a hole in the sum", () => {
    const sums = alarms.flatMap(({ Metrics }) => (Metrics as { Expression?: string }[] | undefined) ?? []);
    const expressions = sums.flatMap(({ Expression }) => Expression ?? []);
    expect(expressions).toHaveLength(2);
    for (const expression of expressions) expect(expression).toMatch(/^FILL\(m0, 0\)( \+ FILL\(m\d+, 0\))+$/);
  });

  it("look no further back than the seven days that CloudWatch allows", () => {
    for (const { Period = 900, EvaluationPeriods } of alarms)
      expect(Number(Period) * Number(EvaluationPeriods)).toBeLessThanOrEqual(7 * 86_400);
  });
});
