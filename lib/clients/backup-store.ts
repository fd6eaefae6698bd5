import { gunzipSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type * as z from "zod";
import { isNamed } from "./aws-errors.ts";
import { SDK_SETTINGS } from "./sdk.ts";

/** What an object of a list is called, and how quickly it can be read. */
export interface ListedObject {
  readonly key: string;
  readonly storageClass: string;
}

/** A bucket of gzipped JSON that somebody else writes. */
export interface BackupStore {
  list(bucket: string, prefix: string): Promise<ListedObject[]>;
  /** The value, or why there is none: not there, in an archive tier, no JSON, another shape. */
  readJson<T>(bucket: string, key: string, schema: z.ZodType<T>): Promise<T | string>;
}

const MISSING = ["NoSuchKey", "NotFound", "InvalidObjectState", "NoSuchBucket"];

export function connectBackupStore(s3: S3Client = new S3Client(SDK_SETTINGS)): BackupStore {
  return {
    async list(bucket, prefix) {
      const listed: ListedObject[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(token && { ContinuationToken: token }),
          }),
        );
        for (const { Key, StorageClass } of page.Contents ?? [])
          listed.push({ key: Key ?? "", storageClass: StorageClass ?? "STANDARD" });
        token = page.NextContinuationToken;
      } while (token);
      return listed;
    },
    async readJson(bucket, key, schema) {
      const place = `s3://${bucket}/${key}`;
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (!Body) return `${place} came without a body`;
        return parse(Buffer.from(await Body.transformToByteArray()), schema, place);
      } catch (error) {
        if (isNamed(error, ...MISSING)) return `${place}: ${(error as Error).message}`;
        throw error;
      }
    },
  };
}

function parse<T>(content: Buffer, schema: z.ZodType<T>, place: string): T | string {
  let json: unknown;
  try {
    json = JSON.parse(gunzipSync(content).toString("utf8"));
  } catch {
    return `${place} is no gzipped JSON`;
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${place} has an unexpected shape: ${issue?.path.join(".") ?? "?"}: ${issue?.message ?? "?"}`;
}
