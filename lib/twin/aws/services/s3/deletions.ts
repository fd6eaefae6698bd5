import { z } from "zod";
import type { BucketRecord } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { AwsError } from "../../contract.ts";
import { type Call, operation, present } from "../../service.ts";
import { addVersion, bucketRecord, objectArn, replaceVersions, versionsOf } from "./store.ts";

/** Removes a version, or puts a delete marker over a versioned object; deleting what is not there succeeds. */
function remove(
  call: Call,
  bucket: BucketRecord,
  key: string,
  versionId: string | undefined,
): { [key: string]: Json } {
  const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
  call.allow(action, objectArn(bucket.name, key));
  const versions = versionsOf(call.world, bucket.name, key);
  if (versionId !== undefined) {
    const removed = versions.find((version) => version.versionId === versionId);
    replaceVersions(
      call.world,
      bucket.name,
      key,
      versions.filter((version) => version !== removed),
    );
    return present({ VersionId: versionId, DeleteMarker: removed?.deleteMarker });
  }
  if (!bucket.versioning) {
    replaceVersions(call.world, bucket.name, key, []);
    return {};
  }
  const marker = addVersion(call.world, bucket, key, {
    body: "",
    etag: "",
    contentType: "",
    metadata: {},
    deleteMarker: true,
  });
  return { VersionId: marker.versionId, DeleteMarker: true };
}

function removeListed(
  call: Call,
  bucket: BucketRecord,
  { Key, VersionId }: { Key: string; VersionId?: string | undefined },
): { deleted: Json } | { error: Json } {
  try {
    const result = remove(call, bucket, Key, VersionId);
    const marker = VersionId === undefined ? { DeleteMarkerVersionId: result.VersionId } : { VersionId };
    return { deleted: present({ Key, DeleteMarker: result.DeleteMarker, ...marker }) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { error: { Key, Code: error.code, Message: error.message } };
  }
}

export const deletions = {
  DeleteObject: operation(
    z.object({ Bucket: z.string(), Key: z.string().min(1), VersionId: z.string().optional() }),
    (call, { Bucket, Key, VersionId }) => remove(call, bucketRecord(call.world, Bucket), Key, VersionId),
  ),
  /** Up to 1,000 keys: S3 API reference, DeleteObjects. */
  DeleteObjects: operation(
    z.object({
      Bucket: z.string(),
      Delete: z.object({
        Objects: z
          .array(z.object({ Key: z.string(), VersionId: z.string().optional() }))
          .min(1)
          .max(1000),
        Quiet: z.boolean().optional(),
      }),
    }),
    (call, { Bucket, Delete }) => {
      const bucket = bucketRecord(call.world, Bucket);
      const results = Delete.Objects.map((object) => removeListed(call, bucket, object));
      const deleted = results.flatMap((result) => ("deleted" in result ? [result.deleted] : []));
      const errors = results.flatMap((result) => ("error" in result ? [result.error] : []));
      return present({
        Deleted: Delete.Quiet ? undefined : deleted,
        Errors: errors.length > 0 ? errors : undefined,
      });
    },
  ),
};
