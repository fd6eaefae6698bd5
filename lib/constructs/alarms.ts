import { Duration } from "aws-cdk-lib";
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { CHECK_MACHINES, type CheckMachine, type ProofName } from "../run/proof.ts";
import type { Names } from "./names.ts";

/** An alarm; its name is a heading of docs/runbook.md. */
export interface AlarmDefinition {
  readonly heading: string;
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly evaluationPeriods: number;
  readonly missing: TreatMissingData;
}

/** Every heading that an alarm of some configuration may have. */
export const ALARM_HEADINGS: readonly string[] = [
  ...CHECK_MACHINES.map((machine) => `${machine} overdue`),
  ...["run", ...CHECK_MACHINES].map((proof) => `failure budget of ${proof} used`),
  "certificate ends soon",
  "functions failing",
  "dead letters",
];

/** `publish-ages` runs every hour. */
const AGE_PERIOD = Duration.hours(1);
/** Two hours without a value, or two values that are too old: one late start of the function is no alarm. */
const AGE_PERIODS = 2;

export const proofMetric = (environment: string, metricName: string, proof: ProofName): Metric =>
  new Metric({
    namespace: "Strata",
    metricName,
    dimensionsMap: { Environment: environment, Proof: proof },
    statistic: "Maximum",
    period: AGE_PERIOD,
  });

export const rehearsalAge = (environment: string, scenario: string): Metric =>
  new Metric({
    namespace: "Strata",
    metricName: "RehearsalAge",
    dimensionsMap: { Environment: environment, Scenario: scenario },
    statistic: "Maximum",
    period: AGE_PERIOD,
  });

/** What every look at a certificate says of the one that ends first. */
export const certificateDays = (environment: string): Metric =>
  new Metric({
    namespace: "Strata",
    metricName: "CertificateDays",
    dimensionsMap: { Environment: environment },
    statistic: "Minimum",
    period: AGE_PERIOD,
  });

/**
 * cert-manager renews with a third of the lifetime left: 30 days of Let's Encrypt's 90, and 15 of the 45 that it will
 * issue from 2028 on; AWS renews its own with 60 left. Below ten days renewing has failed for days in each of them.
 * @see https://letsencrypt.org/2025/12/02/from-90-to-45
 */
const CERTIFICATE_DAYS = 10;

/** Looks are as rare as the schedule of prove makes them: between two of them the last one stands. */
export const certificateEndsSoon = (environment: string): AlarmDefinition => ({
  heading: "certificate ends soon",
  description: `A certificate of the platform ends in less than ${CERTIFICATE_DAYS} days and was not renewed`,
  metric: certificateDays(environment),
  threshold: CERTIFICATE_DAYS,
  comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 1,
  missing: TreatMissingData.IGNORE,
});

/** A dead man's alarm: it rises when the value is too high, and when there is none. */
export const overdue = (environment: string, machine: CheckMachine, hours: number): AlarmDefinition => ({
  heading: `${machine} overdue`,
  description: `No ${machine} has passed for more than ${hours} h, or nobody counts any more`,
  metric: proofMetric(environment, "ProofAge", machine),
  threshold: hours,
  comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: AGE_PERIODS,
  missing: TreatMissingData.BREACHING,
});

/** All of it used: more executions failed within four weeks than are forgiven. */
export const budgetUsed = (environment: string, proof: ProofName): AlarmDefinition => ({
  heading: `failure budget of ${proof} used`,
  description: `More than 5 % of the executions of 28 days failed (${proof})`,
  metric: proofMetric(environment, "FailureBudgetUsed", proof),
  threshold: 100,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

const QUARTER_HOUR = Duration.minutes(15);

/** Functions whose errors nobody else sees: what the state machines call is seen there. */
export const functionsFailing = (names: Names, handlers: readonly string[]): AlarmDefinition => ({
  heading: "functions failing",
  description: `A function that no state machine watches failed thrice within a quarter of an hour: ${handlers.join(", ")}`,
  metric: sum(
    handlers.map(
      (handler) =>
        new Metric({
          namespace: "AWS/Lambda",
          metricName: "Errors",
          dimensionsMap: { FunctionName: names.handler(handler) },
          statistic: "Sum",
          period: QUARTER_HOUR,
        }),
    ),
    "errors",
  ),
  threshold: 3,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

export const deadLetters = (queues: readonly IQueue[]): AlarmDefinition => ({
  heading: "dead letters",
  description:
    "An event could not be delivered or handled for good: an end was not closed, or a check not started",
  metric: sum(
    queues.map((queue) =>
      queue.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period: QUARTER_HOUR }),
    ),
    "messages",
  ),
  threshold: 1,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  missing: TreatMissingData.NOT_BREACHING,
});

/**
 * What is missing counts as nothing, said in the expression: a queue without messages and a function that nobody
 * calls report no values, and a sum with a missing part may be missing itself.
 */
function sum(metrics: readonly IMetric[], label: string): MathExpression {
  const named = metrics.map((metric, index) => [`m${index}`, metric] as const);
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(" + "),
    usingMetrics: Object.fromEntries(named),
    label,
    period: QUARTER_HOUR,
  });
}
