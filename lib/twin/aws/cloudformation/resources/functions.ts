import { COLLECTIONS } from "../../../world/records.ts";
import type { FunctionRecord } from "../../backends.ts";
import { AWS_COLLECTIONS, type InvokeConfigRecord, type PermissionRecord } from "../../collections.ts";
import { functionReference } from "../../services/lambda.ts";
import {
  arnIn,
  generatedName,
  memberOf,
  optionalText,
  type ResourceRequest,
  type ResourceType,
  requiredText,
} from "../resource-type.ts";

function environmentOf({ properties }: ResourceRequest): Record<string, string> {
  const variables = memberOf(properties.Environment, "Variables") ?? {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

/** Only bundles from the assets manifest can run. Defaults are Lambda's: 3 s and 128 MB. */
const lambdaFunction: ResourceType = (request) => {
  const { world, assets, properties } = request;
  const name = optionalText(properties.FunctionName) ?? generatedName(request, 64);
  const arn = arnIn(request, "lambda", `function:${name}`);
  const key = optionalText(memberOf(properties.Code, "S3Key"));
  if (key === undefined) throw new Error(`${request.logicalId}: only functions bundled by CDK are modelled`);
  if (properties.Layers !== undefined) throw new Error(`${request.logicalId}: layers are not modelled`);
  const record: FunctionRecord = {
    name,
    arn,
    roleArn: requiredText(request, "Role"),
    version: "$LATEST",
    codeDirectory: assets.directoryOf(key),
    handler: requiredText(request, "Handler"),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    memoryMegabytes: Number(properties.MemorySize ?? 128),
    environment: environmentOf(request),
  };
  world.collection<FunctionRecord>(COLLECTIONS.functions).set(name, record);
  return { id: name, attributes: { Arn: arn }, owns: [[COLLECTIONS.functions, name]] };
};

interface VersionRecord {
  readonly logicalId: string;
  readonly published: FunctionRecord;
}

/** A version keeps its number as long as its logical id, in which CDK hashes the function's contents. */
const version: ResourceType = ({ world, logicalId, properties }) => {
  const { name } = functionReference(String(properties.FunctionName));
  const versions = world.collection<VersionRecord>(AWS_COLLECTIONS.versions);
  const earlier = versions.entries().filter(([key]) => key.startsWith(`${name}:`));
  const known = earlier.find(([, record]) => record.logicalId === logicalId);
  const numbers = earlier.map(([key]) => Number(key.slice(name.length + 1)));
  const number = known ? known[0].slice(name.length + 1) : String(Math.max(0, ...numbers) + 1);
  const published = world
    .collection<FunctionRecord>(COLLECTIONS.functions)
    .update(name, (record) => ({ ...record, version: number }));
  versions.set(`${name}:${number}`, { logicalId, published });
  const arn = `${published.arn}:${number}`;
  return { id: arn, attributes: { Version: number, FunctionArn: arn }, owns: [] };
};

const alias: ResourceType = (request) => {
  const { name } = functionReference(requiredText(request, "FunctionName"));
  const arn = arnIn(request, "lambda", `function:${name}:${requiredText(request, "Name")}`);
  return { id: arn, attributes: { AliasArn: arn }, owns: [] };
};

const permission: ResourceType = (request) => {
  const { world, logicalId, properties } = request;
  const { name, qualifier } = functionReference(requiredText(request, "FunctionName"));
  const sourceArn = optionalText(properties.SourceArn);
  const sourceAccount = optionalText(properties.SourceAccount);
  const record: PermissionRecord = {
    functionName: name,
    ...(qualifier === undefined ? {} : { qualifier }),
    action: requiredText(request, "Action"),
    principal: requiredText(request, "Principal"),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  };
  const key = `${name}/${logicalId}`;
  world.collection<PermissionRecord>(AWS_COLLECTIONS.permissions).set(key, record);
  return { id: logicalId, attributes: {}, owns: [[AWS_COLLECTIONS.permissions, key]] };
};

/** Defaults are Lambda's: two retries, six hours. */
const invokeConfig: ResourceType = (request) => {
  const { world, logicalId, properties } = request;
  const { name } = functionReference(requiredText(request, "FunctionName"));
  const onFailure = optionalText(
    memberOf(memberOf(properties.DestinationConfig, "OnFailure"), "Destination"),
  );
  const record: InvokeConfigRecord = {
    functionName: name,
    maximumRetryAttempts: Number(properties.MaximumRetryAttempts ?? 2),
    maximumEventAgeSeconds: Number(properties.MaximumEventAgeInSeconds ?? 21_600),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
  world.collection<InvokeConfigRecord>(AWS_COLLECTIONS.invokeConfigs).set(name, record);
  return { id: logicalId, attributes: {}, owns: [[AWS_COLLECTIONS.invokeConfigs, name]] };
};

export const functionTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::Lambda::Function": lambdaFunction,
  "AWS::Lambda::Version": version,
  "AWS::Lambda::Alias": alias,
  "AWS::Lambda::Permission": permission,
  "AWS::Lambda::EventInvokeConfig": invokeConfig,
};
