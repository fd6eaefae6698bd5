import { z } from "zod";
import type { ObjectVersion } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { AwsError } from "../../contract.ts";
import { type Call, DetailedAwsError, isoTime, operation, present } from "../../service.ts";
import { useKey } from "../kms.ts";
import { bucketRecord, current, missingObject, objectArn, preconditionFailed, versionsOf } from "./store.ts";

const ReadSchema = z.object({
  Bucket: z.string(),
  Key: z.string().min(1),
  VersionId: z.string().optional(),
  Range: z.string().optional(),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});
type Read = z.output<typeof ReadSchema>;

/** An archived object must be restored first. @see S3 API reference, GetObject, "InvalidObjectState" */
const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

const bare = (etag: string): string => etag.replaceAll('"', "").replace(/^W\//, "");

/** @throws NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker, AccessDenied */
function found(call: Call, { Bucket, Key, VersionId }: Read): ObjectVersion {
  bucketRecord(call.world, Bucket);
  const action = VersionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  call.allow(action, objectArn(Bucket, Key));
  const version =
    VersionId === undefined
      ? current(call.world, Bucket, Key)
      : versionsOf(call.world, Bucket, Key).find(({ versionId }) => versionId === VersionId);
  if (version?.deleteMarker)
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
  if (version) return version;
  if (VersionId === undefined) throw missingObject(call, Bucket, Key);
  throw new DetailedAwsError(
    "NoSuchVersion",
    "The specified version does not exist.",
    { Key, VersionId },
    404,
  );
}

function checkConditions({ IfMatch, IfNoneMatch }: Read, { etag }: ObjectVersion): void {
  if (IfMatch !== undefined && IfMatch !== "*" && bare(IfMatch) !== etag)
    throw preconditionFailed("If-Match");
  if (IfNoneMatch !== undefined && (IfNoneMatch === "*" || bare(IfNoneMatch) === etag))
    throw new AwsError("NotModified", "Not Modified", 304);
}

/** First and last byte of `bytes=a-b`, `bytes=a-`, `bytes=-n`. @throws InvalidRange */
function byteRange(range: string, size: number): [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range);
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const first = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = match[1] === "" || match[2] === "" ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (first >= size || first > last)
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416);
  return [first, last];
}

function head(call: Call, input: Read): { version: ObjectVersion; answer: { [key: string]: Json } } {
  const version = found(call, input);
  checkConditions(input, version);
  const size = Buffer.byteLength(version.body, "base64");
  const answer = present({
    AcceptRanges: "bytes",
    ContentLength: size,
    ContentType: version.contentType,
    ETag: `"${version.etag}"`,
    LastModified: isoTime(version.lastModified),
    Metadata: { ...version.metadata },
    VersionId: version.versionId === "null" ? undefined : version.versionId,
    StorageClass: version.storageClass,
    ServerSideEncryption: version.kmsKeyArn === undefined ? "AES256" : "aws:kms",
    SSEKMSKeyId: version.kmsKeyArn,
  });
  return { version, answer };
}

export const reads = {
  HeadObject: operation(ReadSchema, (call, input) => head(call, input).answer),
  GetObject: operation(ReadSchema, (call, input) => {
    const { version, answer } = head(call, input);
    if (ARCHIVED.has(version.storageClass ?? ""))
      throw new AwsError(
        "InvalidObjectState",
        "The operation is not valid for the object's storage class",
        403,
      );
    if (version.kmsKeyArn !== undefined) useKey(call, version.kmsKeyArn, "kms:Decrypt", "s3");
    const body = Buffer.from(version.body, "base64");
    const range = input.Range === undefined ? undefined : byteRange(input.Range, body.length);
    if (!range) return { ...answer, Body: version.body };
    const [first, last] = range;
    return {
      ...answer,
      Body: body.subarray(first, last + 1).toString("base64"),
      ContentLength: last - first + 1,
      ContentRange: `bytes ${first}-${last}/${body.length}`,
    };
  }),
};
