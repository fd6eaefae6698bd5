import { createHash } from "node:crypto";
import { z } from "zod";
import { strikes } from "../../../world/faults.ts";
import type { BucketRecord, ObjectVersion } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { AwsError } from "../../contract.ts";
import { type Call, DetailedAwsError, isoTime, operation, present } from "../../service.ts";
import { findKey, useKey } from "../kms.ts";
import {
  addVersion,
  bucketRecord,
  current,
  defaultKey,
  missingObject,
  objectArn,
  preconditionFailed,
  versionsOf,
} from "./store.ts";

/** What an object is made with, besides its bytes. */
export const AttributesSchema = z.object({
  Bucket: z.string(),
  Key: z.string().min(1).max(1024),
  ContentType: z.string().optional(),
  Metadata: z.record(z.string(), z.string()).optional(),
  ServerSideEncryption: z.string().optional(),
  SSEKMSKeyId: z.string().optional(),
});
export const ConditionsSchema = z.object({
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});
type Attributes = z.output<typeof AttributesSchema>;

/**
 * Conditional writes. `If-None-Match: *` is the lock of terraform's S3 backend.
 * A fault `s3-conflict` (`key?`) answers one with 409, as S3 does when two conditional writes meet.
 * @see S3 user guide, "How to prevent object overwrites with conditional writes"
 */
export function checkWriteConditions(
  call: Call,
  bucket: string,
  key: string,
  { IfMatch, IfNoneMatch }: z.output<typeof ConditionsSchema>,
): void {
  if (IfMatch === undefined && IfNoneMatch === undefined) return;
  if (strikes(call.world, "s3-conflict", (fault) => (fault.key ?? key) === key))
    throw new DetailedAwsError(
      "ConditionalRequestConflict",
      "The conditional request cannot succeed due to a conflicting operation against this resource.",
      { Condition: IfNoneMatch === undefined ? "If-Match" : "If-None-Match", Key: key },
      409,
    );
  const existing = current(call.world, bucket, key);
  if (IfNoneMatch !== undefined && IfNoneMatch !== "*")
    throw new AwsError(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented",
      501,
    );
  if (IfNoneMatch === "*" && existing) throw preconditionFailed("If-None-Match");
  if (IfMatch === undefined) return;
  if (!existing) throw missingObject(call, bucket, key);
  if (IfMatch !== "*" && IfMatch.replaceAll('"', "") !== existing.etag) throw preconditionFailed("If-Match");
}

/** The customer's key that will encrypt the object; the caller must be able to make a data key with it. */
export function encryptionKey(call: Call, bucket: BucketRecord, attributes: Attributes): string | undefined {
  const { ServerSideEncryption, SSEKMSKeyId } = attributes;
  if (ServerSideEncryption === "AES256") return undefined;
  const reference = SSEKMSKeyId ?? defaultKey(bucket);
  if (reference === undefined || reference.endsWith("alias/aws/s3")) return undefined;
  const { arn } = findKey(call.world, reference);
  useKey(call, arn, "kms:GenerateDataKey", "s3");
  return arn;
}

/** @param etag MD5 of the bytes, unless the object was uploaded in parts */
export function store(
  call: Call,
  bucket: BucketRecord,
  attributes: Attributes,
  body: Buffer,
  etag = createHash("md5").update(body).digest("hex"),
): { version: ObjectVersion; answer: { [key: string]: Json } } {
  const kmsKeyArn = encryptionKey(call, bucket, attributes);
  const version = addVersion(call.world, bucket, attributes.Key, {
    body: body.toString("base64"),
    etag,
    contentType: attributes.ContentType ?? "application/octet-stream",
    metadata: { ...attributes.Metadata },
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  });
  const answer = present({
    ETag: `"${etag}"`,
    VersionId: bucket.versioning ? version.versionId : undefined,
    ServerSideEncryption: kmsKeyArn === undefined ? "AES256" : "aws:kms",
    SSEKMSKeyId: kmsKeyArn,
  });
  return { version, answer };
}

/** `bucket/key?versionId=…`, URL-encoded, with or without a leading slash. */
function copySource(source: string): { bucket: string; key: string; versionId?: string } {
  const [path = "", query = ""] = source.replace(/^\//, "").split("?");
  const decoded = decodeURIComponent(path);
  const slash = decoded.indexOf("/");
  const versionId = new URLSearchParams(query).get("versionId");
  const place = { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
  return versionId === null ? place : { ...place, versionId };
}

function sourceVersion(call: Call, source: string): ObjectVersion {
  const { bucket, key, versionId } = copySource(source);
  bucketRecord(call.world, bucket);
  call.allow(versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion", objectArn(bucket, key));
  const version =
    versionId === undefined
      ? current(call.world, bucket, key)
      : versionsOf(call.world, bucket, key).find((candidate) => candidate.versionId === versionId);
  if (!version || version.deleteMarker) throw missingObject(call, bucket, key);
  if (version.kmsKeyArn !== undefined) useKey(call, version.kmsKeyArn, "kms:Decrypt", "s3");
  return version;
}

export const writes = {
  PutObject: operation(
    AttributesSchema.extend(ConditionsSchema.shape).extend({ Body: z.string().default("") }),
    (call, input) => {
      const bucket = bucketRecord(call.world, input.Bucket);
      call.allow("s3:PutObject", objectArn(input.Bucket, input.Key), {
        ...(input.ServerSideEncryption === undefined
          ? {}
          : { "s3:x-amz-server-side-encryption": input.ServerSideEncryption }),
      });
      checkWriteConditions(call, input.Bucket, input.Key, input);
      return store(call, bucket, input, Buffer.from(input.Body, "base64")).answer;
    },
  ),
  CopyObject: operation(
    AttributesSchema.extend(ConditionsSchema.shape).extend({
      CopySource: z.string(),
      CopySourceIfMatch: z.string().optional(),
      MetadataDirective: z.enum(["COPY", "REPLACE"]).default("COPY"),
    }),
    (call, input) => {
      const bucket = bucketRecord(call.world, input.Bucket);
      const source = sourceVersion(call, input.CopySource);
      if ((input.CopySourceIfMatch ?? source.etag).replaceAll('"', "") !== source.etag)
        throw preconditionFailed("x-amz-copy-source-If-Match");
      call.allow("s3:PutObject", objectArn(input.Bucket, input.Key));
      checkWriteConditions(call, input.Bucket, input.Key, input);
      const kept =
        input.MetadataDirective === "COPY"
          ? { ...input, ContentType: source.contentType, Metadata: source.metadata }
          : input;
      const { version, answer } = store(call, bucket, kept, Buffer.from(source.body, "base64"));
      return present({
        ...answer,
        ETag: undefined,
        CopyObjectResult: { ETag: `"${version.etag}"`, LastModified: isoTime(version.lastModified) },
        CopySourceVersionId: source.versionId === "null" ? undefined : source.versionId,
      });
    },
  ),
};
