import { COLLECTIONS } from "../../../world/records.ts";
import type { ParameterRecord } from "../../collections.ts";
import {
  arnIn,
  generatedName,
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

const alarm = named("AlarmName", (request, name) => arnIn(request, "cloudwatch", `alarm:${name}`));

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
  "AWS::CloudWatch::CompositeAlarm": alarm,
  "AWS::CloudWatch::Dashboard": named("DashboardName", (request) => request.logicalId),
  "AWS::SSM::Parameter": parameter,
  // They act on what is deleted, or on what the world does not hold; nothing is missing without them.
  "Custom::S3AutoDeleteObjects": named("BucketName", (request) => request.logicalId),
  "Custom::VpcRestrictDefaultSG": named("DefaultSecurityGroupId", (request) => request.logicalId),
  "Custom::LogRetention": named("LogGroupName", (request) =>
    arnIn(request, "logs", `log-group:${String(request.properties.LogGroupName)}:*`),
  ),
};
