import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ConfigurationError, DependencyUnavailableError, EvidenceMismatchError } from "../run/errors.ts";
import type { ObjectStore } from "../run/ports.ts";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

const MISSING = ["NoSuchKey", "NotFound", "NoSuchVersion"];

/** Buckets as the control plane uses them: versions are pinned, hashes are checked, nothing is overwritten unasked. */
export function connectObjectStore(s3: S3Client = new S3Client(SDK_SETTINGS)): ObjectStore {
  return {
    async readPinned({ bucket, key, versionId, sha256 }) {
      const content = await readVersion(s3, bucket, key, versionId);
      const actual = createHash("sha256").update(content).digest("hex");
      if (actual === sha256) return content;
      throw new EvidenceMismatchError(
        `s3://${bucket}/${key} version ${versionId} has sha256 ${actual}, recorded is ${sha256}`,
      );
    },
    readVersion: (bucket, key, versionId) => readVersion(s3, bucket, key, versionId),
    async read(bucket, key) {
      try {
        return await fetchObject(s3, { Bucket: bucket, Key: key });
      } catch (error) {
        if (!isNamed(error, ...MISSING)) throw error;
        throw new ConfigurationError(`s3://${bucket}/${key} is not there; deploy the control plane again`, {
          cause: error,
        });
      }
    },
    async readIfThere(bucket, key) {
      try {
        return await fetchObject(s3, { Bucket: bucket, Key: key });
      } catch (error) {
        if (isNamed(error, ...MISSING)) return undefined;
        throw error;
      }
    },
    writeOnce: (bucket, key, content, sha256) => writeOnce(s3, bucket, key, content, sha256),
    async write(bucket, key, text) {
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: "text/plain" }),
      );
    },
    async writeJson(bucket, key, value) {
      const body = `${JSON.stringify(value, null, 2)}\n`;
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: "application/json" }),
      );
    },
  };
}

async function readVersion(s3: S3Client, bucket: string, key: string, versionId: string): Promise<Buffer> {
  try {
    return await fetchObject(s3, { Bucket: bucket, Key: key, VersionId: versionId });
  } catch (error) {
    if (!isNamed(error, ...MISSING)) throw error;
    throw new EvidenceMismatchError(`s3://${bucket}/${key} has no version ${versionId} (any more)`, {
      cause: error,
    });
  }
}

async function fetchObject(
  s3: S3Client,
  object: { Bucket: string; Key: string; VersionId?: string },
): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand(object));
  if (!Body) throw new DependencyUnavailableError(`S3 answered for ${object.Key} without a body`);
  return Buffer.from(await Body.transformToByteArray());
}

/**
 * `If-None-Match: *` makes the write conditional on the key being free (412 otherwise; 409 while another
 * conditional write of the key is in flight). S3 checks the sha256 it is given against what arrives.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
async function writeOnce(
  s3: S3Client,
  bucket: string,
  key: string,
  content: Buffer,
  sha256: string,
): Promise<{ versionId: string }> {
  try {
    const { VersionId } = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: content,
        IfNoneMatch: "*",
        ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
      }),
    );
    return { versionId: versionOf(VersionId, bucket) };
  } catch (error) {
    if (isNamed(error, "ConditionalRequestConflict"))
      throw new DependencyUnavailableError(`s3://${bucket}/${key} is being written by somebody else`);
    if (!isNamed(error, "PreconditionFailed")) throw error;
    const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return { versionId: versionOf(VersionId, bucket) };
  }
}

function versionOf(versionId: string | undefined, bucket: string): string {
  if (versionId && versionId !== "null") return versionId;
  throw new ConfigurationError(`bucket ${bucket} has no versioning; evidence could be overwritten`);
}
