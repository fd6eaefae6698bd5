import { type BucketRecord, COLLECTIONS, type ObjectVersion } from "../../../world/records.ts";
import type { Json, World } from "../../../world/world.ts";
import { AwsError } from "../../contract.ts";
import { type Call, DetailedAwsError } from "../../service.ts";

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

/** @throws AwsError NoSuchBucket */
export function bucketRecord(world: World, name: string): BucketRecord {
  const record = world.collection<BucketRecord>(COLLECTIONS.buckets).get(name);
  if (record) return record;
  throw new DetailedAwsError(
    "NoSuchBucket",
    "The specified bucket does not exist",
    { BucketName: name },
    404,
  );
}

/** All versions, newest last; none for an object that never was. */
export const versionsOf = (world: World, bucket: string, key: string): readonly ObjectVersion[] =>
  world.collection<ObjectVersion[]>(COLLECTIONS.objects).get(`${bucket}/${key}`) ?? [];

export function replaceVersions(
  world: World,
  bucket: string,
  key: string,
  versions: readonly ObjectVersion[],
): void {
  const objects = world.collection<ObjectVersion[]>(COLLECTIONS.objects);
  if (versions.length === 0) objects.delete(`${bucket}/${key}`);
  else objects.set(`${bucket}/${key}`, [...versions]);
}

/** Adds a version, or replaces the only one where the bucket keeps none. */
export function addVersion(
  world: World,
  bucket: BucketRecord,
  key: string,
  content: Omit<ObjectVersion, "versionId" | "lastModified">,
): ObjectVersion {
  const versionId = bucket.versioning ? world.hex(32) : "null";
  const version: ObjectVersion = { ...content, versionId, lastModified: world.clock.now() };
  const kept = versionsOf(world, bucket.name, key).filter((older) => older.versionId !== "null");
  const older = bucket.versioning ? versionsOf(world, bucket.name, key) : kept;
  replaceVersions(world, bucket.name, key, [...older, version]);
  world.emit("s3.object.changed", { bucket: bucket.name, key });
  return version;
}

/** The newest version unless that is a delete marker. */
export function current(world: World, bucket: string, key: string): ObjectVersion | undefined {
  const newest = versionsOf(world, bucket, key).at(-1);
  return newest?.deleteMarker ? undefined : newest;
}

/**
 * What a missing object is answered with: only who may list the bucket learns that it is missing.
 * @see S3 API reference, GetObject, "Permissions"
 */
export function missingObject(call: Call, bucket: string, key: string): AwsError {
  try {
    call.allow("s3:ListBucket", bucketArn(bucket));
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  return new DetailedAwsError("NoSuchKey", "The specified key does not exist.", { Key: key }, 404);
}

export const preconditionFailed = (condition: string): AwsError =>
  new DetailedAwsError(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    { Condition: condition },
    412,
  );

const member = (value: Json | undefined, name: string): Json | undefined =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value[name] : undefined;

/** The customer's key of a bucket's default encryption, as the template (or `kmsKeyArn`) configures it. */
export function defaultKey(bucket: BucketRecord): string | undefined {
  const rules = member(bucket.configuration.BucketEncryption, "ServerSideEncryptionConfiguration");
  const rule = member(Array.isArray(rules) ? rules[0] : undefined, "ServerSideEncryptionByDefault");
  const key = member(rule, "KMSMasterKeyID") ?? bucket.configuration.kmsKeyArn;
  return typeof key === "string" ? key : undefined;
}
