import type { Json } from "../../../world/world.ts";
import { AWS_COLLECTIONS, type RuleRecord, type TargetRecord } from "../../collections.ts";
import {
  arnIn,
  generatedName,
  listOf,
  memberOf,
  optionalText,
  type ResourceType,
  requiredText,
} from "../resource-type.ts";

function transformerOf(target: Json): TargetRecord["inputTransformer"] {
  const transformer = memberOf(target, "InputTransformer");
  if (transformer === undefined) return undefined;
  const paths = memberOf(transformer, "InputPathsMap") ?? {};
  return {
    inputPathsMap: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, String(path)])),
    inputTemplate: String(memberOf(transformer, "InputTemplate")),
  };
}

function targetOf(target: Json, id: string): TargetRecord {
  const [roleArn, input, inputPath] = ["RoleArn", "Input", "InputPath"].map((name) =>
    optionalText(memberOf(target, name)),
  );
  const inputTransformer = transformerOf(target);
  const attempts = memberOf(memberOf(target, "RetryPolicy"), "MaximumRetryAttempts");
  const deadLetterArn = optionalText(memberOf(memberOf(target, "DeadLetterConfig"), "Arn"));
  return {
    id,
    arn: String(memberOf(target, "Arn")),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(input === undefined ? {} : { input }),
    ...(inputPath === undefined ? {} : { inputPath }),
    ...(inputTransformer === undefined ? {} : { inputTransformer }),
    ...(attempts === undefined ? {} : { maximumRetryAttempts: Number(attempts) }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

const rule: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.Name) ?? generatedName(request, 64);
  const scheduleExpression = optionalText(properties.ScheduleExpression);
  const record: RuleRecord = {
    name,
    arn: arnIn(request, "events", `rule/${name}`),
    enabled: properties.State !== "DISABLED",
    ...(properties.EventPattern === undefined ? {} : { eventPattern: properties.EventPattern }),
    ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
    targets: listOf(properties.Targets).map((target) => targetOf(target, String(memberOf(target, "Id")))),
  };
  world.collection<RuleRecord>(AWS_COLLECTIONS.rules).set(name, record);
  return { id: name, attributes: { Arn: record.arn }, owns: [[AWS_COLLECTIONS.rules, name]] };
};

const schedule: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.Name) ?? generatedName(request, 64);
  const group = optionalText(properties.GroupName) ?? "default";
  const record: RuleRecord = {
    name,
    arn: arnIn(request, "scheduler", `schedule/${group}/${name}`),
    enabled: properties.State !== "DISABLED",
    scheduleExpression: requiredText(request, "ScheduleExpression"),
    timeZone: optionalText(properties.ScheduleExpressionTimezone) ?? "UTC",
    targets: [targetOf(properties.Target ?? null, "target")],
  };
  world.collection<RuleRecord>(AWS_COLLECTIONS.schedules).set(name, record);
  return { id: name, attributes: { Arn: record.arn }, owns: [[AWS_COLLECTIONS.schedules, name]] };
};

export const scheduleTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::Events::Rule": rule,
  "AWS::Scheduler::Schedule": schedule,
};
