import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { emittedMetrics } from "./emitted-metrics.ts";
import { flat } from "./statements.ts";
import { synthesized } from "./synthesized.ts";

const { Resources: resources } = await synthesized();
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

interface Shown {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** `["AWS/States", "ExecutionTime", "StateMachineArn", "<arn>", {…}]`, as a dashboard's body has it. */
function shownIn(body: string): Shown[] {
  const { widgets } = JSON.parse(body) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map((row) => {
      const [namespace = "", name = "", ...rest] = row.filter((word) => typeof word === "string");
      return { namespace, name, dimensions: Object.fromEntries(rest.flatMap(pairs)) };
    });
}
const pairs = (word: string, index: number, words: string[]): [string, string][] =>
  index % 2 === 0 ? [[word, words[index + 1] ?? ""]] : [];

type Stat = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] };
const watched = (stat: Stat): Shown => ({
  namespace: stat.Namespace,
  name: stat.MetricName,
  dimensions: Object.fromEntries((stat.Dimensions ?? []).map(({ Name, Value }) => [Name, flat(Value)])),
});

describe("what is drawn and watched", () => {
  const dashboards = Object.values(resources).filter(({ Type }) => Type === "AWS::CloudWatch::Dashboard");
  const drawn = dashboards.flatMap(({ Properties }) => shownIn(flat(Properties.DashboardBody)));
  const alarmed = alarms.flatMap((alarm) => {
    const queries = (alarm.Metrics as { MetricStat?: { Metric: Stat } }[] | undefined) ?? [];
    return alarm.MetricName
      ? [watched(alarm as unknown as Stat)]
      : queries.flatMap(({ MetricStat }) => (MetricStat ? [watched(MetricStat.Metric)] : []));
  });
  const all = [...drawn, ...alarmed];
  const keyOf = ({ name, dimensions }: Omit<Shown, "namespace">): string =>
    [name, ...Object.entries(dimensions).map((each) => each.join("="))].sort().join(" ");

  it("is emitted by some function, where it is our own, under this very name and these dimensions", async () => {
    const emitted = (await emittedMetrics("prod")).map(keyOf);
    const own = all.filter(({ namespace }) => namespace === "Strata").map(keyOf);
    expect(own.filter((key) => !emitted.includes(key))).toEqual([]);
    for (const name of [
      "ProofAge",
      "RehearsalAge",
      "FailureBudgetUsed",
      "GateReaction",
      "CertificateDays",
      "NotReadyError",
    ])
      expect(own.some((key) => key.split(" ").includes(name))).toBe(true);
  });

  it("is of machines, builds, functions and queues of this template, where it is AWS's", () => {
    const names = Object.values(resources).flatMap(({ Properties }) =>
      ["StateMachineName", "FunctionName", "Name"].map((member) => flat(Properties[member])),
    );
    const foreign = all.filter(({ namespace }) => namespace !== "Strata");
    expect(new Set(foreign.map(({ namespace }) => namespace))).toEqual(
      new Set(["AWS/States", "AWS/CodeBuild", "AWS/Lambda", "AWS/SQS"]),
    );
    for (const { dimensions } of foreign)
      for (const value of Object.values(dimensions)) {
        const [, queue] = /^<(\w+)\.QueueName>$/.exec(value) ?? [];
        const known = queue
          ? resources[queue]?.Type === "AWS::SQS::Queue"
          : names.includes(value.split(":").at(-1) ?? "");
        expect([value, known]).toEqual([value, true]);
      }
  });

  it("alarms below ten days of a certificate, and holds its word between two looks", () => {
    const [alarm] = alarms.filter(({ MetricName }) => MetricName === "CertificateDays");
    expect(alarm).toMatchObject({
      AlarmName: "prod: certificate ends soon",
      Threshold: 10,
      ComparisonOperator: "LessThanThreshold",
      Statistic: "Minimum",
      TreatMissingData: "ignore",
    });
  });
});
