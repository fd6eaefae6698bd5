import { type BucketRecord, COLLECTIONS } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { AWS_COLLECTIONS, type TableRecord } from "../../collections.ts";
import {
  arnIn,
  generatedName,
  listOf,
  memberOf,
  optionalText,
  type ResourceType,
  tagsOf,
} from "../resource-type.ts";

const bucket: ResourceType = (request) => {
  const { world, region, properties } = request;
  // Bucket names have 63 characters at most, in lower case.
  const name = optionalText(properties.BucketName) ?? generatedName(request, 63).toLowerCase();
  const record: BucketRecord = {
    name,
    arn: `arn:aws:s3:::${name}`,
    region,
    versioning: memberOf(properties.VersioningConfiguration, "Status") === "Enabled",
    tags: tagsOf(properties.Tags),
    configuration: properties,
    controlPlane: true,
  };
  world.collection<BucketRecord>(COLLECTIONS.buckets).set(name, record);
  return {
    id: name,
    attributes: {
      Arn: record.arn,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
    owns: [[COLLECTIONS.buckets, name]],
  };
};

/** The bucket's policy is kept for who looks; requests are decided by identity policies alone. */
const bucketPolicy: ResourceType = ({ world, logicalId, properties }) => {
  const name = optionalText(properties.Bucket) ?? "";
  world.collection<BucketRecord>(COLLECTIONS.buckets).update(name, (record) => ({
    ...record,
    configuration: { ...record.configuration, BucketPolicy: properties.PolicyDocument ?? null },
  }));
  return { id: logicalId, attributes: {}, owns: [] };
};

function keysOf(schema: Json | undefined): { partitionKey: string; sortKey?: string } {
  const named = (keyType: string): string | undefined =>
    optionalText(
      memberOf(
        listOf(schema).find((key) => memberOf(key, "KeyType") === keyType),
        "AttributeName",
      ),
    );
  const [partitionKey, sortKey] = [named("HASH"), named("RANGE")];
  if (partitionKey === undefined) throw new Error("a table has no partition key");
  return sortKey === undefined ? { partitionKey } : { partitionKey, sortKey };
}

const table: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.TableName) ?? generatedName(request, 255);
  const ttlAttribute = optionalText(memberOf(properties.TimeToLiveSpecification, "AttributeName"));
  const indexes: TableRecord["indexes"] = {};
  for (const kind of ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"])
    for (const index of listOf(properties[kind]))
      indexes[String(memberOf(index, "IndexName"))] = keysOf(memberOf(index, "KeySchema"));
  const record: TableRecord = {
    name,
    arn: arnIn(request, "dynamodb", `table/${name}`),
    ...keysOf(properties.KeySchema),
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    indexes,
    tags: tagsOf(properties.Tags),
  };
  world.collection<TableRecord>(AWS_COLLECTIONS.tables).set(name, record);
  return { id: name, attributes: { Arn: record.arn }, owns: [[AWS_COLLECTIONS.tables, name]] };
};

export const storageTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::S3::Bucket": bucket,
  "AWS::S3::BucketPolicy": bucketPolicy,
  "AWS::DynamoDB::Table": table,
  "AWS::DynamoDB::GlobalTable": table,
};
