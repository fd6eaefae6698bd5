import { createHash } from "node:crypto";
import { z } from "zod";
import { AWS_COLLECTIONS } from "../../collections.ts";
import { AwsError } from "../../contract.ts";
import { type Call, operation, present } from "../../service.ts";
import { bucketRecord, objectArn } from "./store.ts";
import { AttributesSchema, ConditionsSchema, checkWriteConditions, encryptionKey, store } from "./writes.ts";

interface UploadRecord {
  attributes: z.output<typeof AttributesSchema>;
  /** By part number. */
  parts: Record<string, { body: string; md5: string }>;
}

const reference = { Bucket: z.string(), Key: z.string(), UploadId: z.string() };

const uploads = (call: Call) => call.world.collection<UploadRecord>(AWS_COLLECTIONS.uploads);

function upload(call: Call, { Bucket, Key, UploadId }: { Bucket: string; Key: string; UploadId: string }) {
  bucketRecord(call.world, Bucket);
  const record = uploads(call).get(UploadId);
  if (record && record.attributes.Bucket === Bucket && record.attributes.Key === Key) return record;
  throw new AwsError("NoSuchUpload", "The specified multipart upload does not exist.", 404);
}

/** Parts but the last have at least 5 MiB: S3 user guide, "multipart upload limits". */
const MINIMUM_PART_BYTES = 5 * 1024 * 1024;

function assemble(record: UploadRecord, listed: readonly { PartNumber: number; ETag: string }[]) {
  const parts = listed.map(({ PartNumber, ETag }) => {
    const part = record.parts[String(PartNumber)];
    if (!part || part.md5 !== ETag.replaceAll('"', ""))
      throw new AwsError("InvalidPart", "One or more of the specified parts could not be found.");
    return part;
  });
  if (listed.some(({ PartNumber }, index) => PartNumber <= (listed[index - 1]?.PartNumber ?? 0)))
    throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order.");
  const bodies = parts.map(({ body }) => Buffer.from(body, "base64"));
  if (bodies.slice(0, -1).some(({ length }) => length < MINIMUM_PART_BYTES))
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  const digests = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, "hex")));
  const etag = `${createHash("md5").update(digests).digest("hex")}-${parts.length}`;
  return { body: Buffer.concat(bodies), etag };
}

export const multipart = {
  CreateMultipartUpload: operation(AttributesSchema, (call, attributes) => {
    const bucket = bucketRecord(call.world, attributes.Bucket);
    call.allow("s3:PutObject", objectArn(attributes.Bucket, attributes.Key));
    encryptionKey(call, bucket, attributes);
    const UploadId = call.world.hex(32);
    uploads(call).set(UploadId, { attributes, parts: {} });
    return { Bucket: attributes.Bucket, Key: attributes.Key, UploadId };
  }),
  UploadPart: operation(
    z.object({
      ...reference,
      PartNumber: z.coerce.number().int().min(1).max(10_000),
      Body: z.string().default(""),
    }),
    (call, input) => {
      call.allow("s3:PutObject", objectArn(input.Bucket, input.Key));
      const record = upload(call, input);
      const md5 = createHash("md5").update(Buffer.from(input.Body, "base64")).digest("hex");
      const parts = { ...record.parts, [String(input.PartNumber)]: { body: input.Body, md5 } };
      uploads(call).set(input.UploadId, { ...record, parts });
      return { ETag: `"${md5}"` };
    },
  ),
  CompleteMultipartUpload: operation(
    z.object({
      ...reference,
      ...ConditionsSchema.shape,
      MultipartUpload: z.object({
        Parts: z.array(z.object({ PartNumber: z.coerce.number(), ETag: z.string() })).min(1),
      }),
    }),
    (call, input) => {
      call.allow("s3:PutObject", objectArn(input.Bucket, input.Key));
      const record = upload(call, input);
      checkWriteConditions(call, input.Bucket, input.Key, input);
      const { body, etag } = assemble(record, input.MultipartUpload.Parts);
      const { answer } = store(call, bucketRecord(call.world, input.Bucket), record.attributes, body, etag);
      uploads(call).delete(input.UploadId);
      return present({
        ...answer,
        Bucket: input.Bucket,
        Key: input.Key,
        Location: `https://${input.Bucket}.s3.${call.region}.amazonaws.com/${input.Key}`,
      });
    },
  ),
  AbortMultipartUpload: operation(z.object(reference), (call, input) => {
    call.allow("s3:AbortMultipartUpload", objectArn(input.Bucket, input.Key));
    upload(call, input);
    uploads(call).delete(input.UploadId);
    return {};
  }),
};
