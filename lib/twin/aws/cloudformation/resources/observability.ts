import { COLLECTIONS } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { metricKey } from "../../cloudwatch/embedded-metrics.ts";
import { type AlarmRecord, AWS_COLLECTIONS, type ParameterRecord } from "../../collections.ts";
import {
  arnIn,
  generatedName,
  listOf,
  memberOf,
  optionalText,
  type ResourceRequest,
  type ResourceType,
  requiredText,
} from "../resource-type.ts";

const logGroup: ResourceType = (request) => {
  const name = optionalText(request.properties.LogGroupName) ?? generatedName(request, 512);
  return { id: name, attributes: { Arn: arnIn(request, "logs", `log-group:${name}:*`) }, owns: [] };
};

/** Watched by people only: named, not run. */
const named =
  (property: string, arn: (request: ResourceRequest, name: string) => string): ResourceType =>
  (request) => {
    const name = optionalText(request.properties[property]) ?? generatedName(request, 255);
    return { id: name, attributes: { Arn: arn(request, name) }, owns: [] };
  };

const alarmName = named("AlarmName", (request, name) => arnIn(request, "cloudwatch", `alarm:${name}`));

function dimensionsOf(properties: Json | undefined): Record<string, string> {
  const pairs = listOf(properties).map((each) => [memberOf(each, "Name"), memberOf(each, "Value")]);
  return Object.fromEntries(pairs.map(([name, value]) => [String(name), String(value)]));
}

interface Watched {
  readonly metrics: string[];
  readonly statistic: Json | undefined;
  readonly period: Json | undefined;
}

/** The expression of a sum in which what is missing counts as nothing: `FILL(m0, 0) + FILL(m1, 0)`. */
const FILLED_SUM = /^FILL\(\w+, ?0\)( \+ FILL\(\w+, ?0\))*$/;

/** What an alarm looks at: one metric, or the sum of several. Other expressions are not modelled. */
function watchedBy(properties: { readonly [name: string]: Json }): Watched | undefined {
  if (properties.MetricName !== undefined)
    return { metrics: [keyIn(properties)], statistic: properties.Statistic, period: properties.Period };
  const queries = listOf(properties.Metrics);
  const expression = queries.map((query) => memberOf(query, "Expression")).find((each) => each !== undefined);
  if (!FILLED_SUM.test(String(expression))) return undefined;
  const stats = queries.map((query) => memberOf(query, "MetricStat")).filter((each) => each !== undefined);
  return {
    metrics: stats.map((stat) => keyIn(memberOf(stat, "Metric") as { [name: string]: Json })),
    statistic: memberOf(stats[0], "Stat"),
    period: memberOf(stats[0], "Period"),
  };
}

const keyIn = (metric: { readonly [name: string]: Json }): string =>
  metricKey(String(metric.Namespace), String(metric.MetricName), dimensionsOf(metric.Dimensions));

/** An alarm on an expression that is no plain sum is named only. */
const alarm: ResourceType = (request) => {
  const { world, properties } = request;
  const made = alarmName(request);
  const watched = watchedBy(properties);
  if (watched === undefined) return made;
  const alarms = world.collection<AlarmRecord>(AWS_COLLECTIONS.alarms);
  const earlier = alarms.get(made.id);
  alarms.set(made.id, {
    name: made.id,
    arn: String(made.attributes.Arn),
    description: optionalText(properties.AlarmDescription) ?? "",
    metrics: watched.metrics,
    statistic: String(watched.statistic),
    comparison: String(properties.ComparisonOperator),
    threshold: Number(properties.Threshold),
    periodMilliseconds: Number(watched.period) * 1_000,
    periods: Number(properties.EvaluationPeriods),
    missing: (optionalText(properties.TreatMissingData) ?? "missing") as AlarmRecord["missing"],
    alarmActions: listOf(properties.AlarmActions).map(String),
    okActions: listOf(properties.OKActions).map(String),
    createdAt: earlier?.createdAt ?? world.clock.now(),
    state: earlier?.state ?? "INSUFFICIENT_DATA",
  });
  return { ...made, owns: [[AWS_COLLECTIONS.alarms, made.id]] };
};

const TYPES: readonly ParameterRecord["type"][] = ["String", "StringList", "SecureString"];

const parameter: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.Name) ?? generatedName(request);
  const parameters = world.collection<ParameterRecord>(COLLECTIONS.parameters);
  const existing = parameters.get(name);
  const value = requiredText(request, "Value");
  const type = TYPES.find((one) => one === properties.Type) ?? "String";
  const isSame = existing?.value === value;
  const record: ParameterRecord = {
    name,
    arn: arnIn(request, "ssm", `parameter/${name.replace(/^\//, "")}`),
    type,
    value,
    version: (existing?.version ?? 0) + (isSame ? 0 : 1),
    lastModified: isSame ? existing.lastModified : world.clock.now(),
  };
  parameters.set(name, record);
  return { id: name, attributes: { Type: type, Value: value }, owns: [[COLLECTIONS.parameters, name]] };
};

export const observabilityTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::Logs::LogGroup": logGroup,
  "AWS::Logs::MetricFilter": named("FilterName", (request) => request.logicalId),
  "AWS::Logs::ResourcePolicy": named("PolicyName", (request) => request.logicalId),
  "AWS::Logs::QueryDefinition": named("Name", (request) => request.logicalId),
  "AWS::CloudWatch::Alarm": alarm,
  "AWS::CloudWatch::CompositeAlarm": alarmName,
  "AWS::CloudWatch::Dashboard": named("DashboardName", (request) => request.logicalId),
  "AWS::SSM::Parameter": parameter,
  // They act on what is deleted, or on what the world does not hold; nothing is missing without them.
  "Custom::S3AutoDeleteObjects": named("BucketName", (request) => request.logicalId),
  "Custom::VpcRestrictDefaultSG": named("DefaultSecurityGroupId", (request) => request.logicalId),
  "Custom::LogRetention": named("LogGroupName", (request) =>
    arnIn(request, "logs", `log-group:${String(request.properties.LogGroupName)}:*`),
  ),
};
