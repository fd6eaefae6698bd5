import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AwsServer } from "../../../lib/twin/aws/contract.ts";
import { serve } from "../../../lib/twin/aws/serve.ts";
import { addFault } from "../../../lib/twin/world/faults.ts";
import { COLLECTIONS } from "../../../lib/twin/world/records.ts";
import { clientOptions, type Fixture, makeAws, makeBucket, makeRole } from "./fixture.ts";

const Bucket = "records";
let twin: Fixture;
let server: AwsServer;
let s3: S3Client;

beforeEach(async () => {
  twin = makeAws();
  makeBucket(twin.world, Bucket);
  server = await serve(twin.aws);
  s3 = new S3Client(clientOptions(twin.aws, server));
});
afterEach(async () => {
  s3.destroy();
  await server.close();
});

const put = (Key: string, Body: string, more = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more = {}) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();

describe("objects", () => {
  it("keeps bytes, type, metadata and versions", async () => {
    const first = await put("a/ä b+c.txt", "one", { ContentType: "text/plain", Metadata: { run: "r1" } });
    const second = await put("a/ä b+c.txt", "two");
    expect(first.VersionId).not.toBe(second.VersionId);
    const old = await s3.send(
      new GetObjectCommand({ Bucket, Key: "a/ä b+c.txt", VersionId: first.VersionId! }),
    );
    expect(await old.Body?.transformToString()).toBe("one");
    expect(old).toMatchObject({ ContentType: "text/plain", Metadata: { run: "r1" }, ContentLength: 3 });
    expect(await text("a/ä b+c.txt")).toBe("two");
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a/ä b+c.txt" }));
    expect(head).toMatchObject({ ContentLength: 3, VersionId: second.VersionId });
    expect(head.LastModified).toEqual(new Date(twin.clock.now()));
  });

  it("decodes a stream's chunks and trailing checksum", async () => {
    const Body = Readable.from([Buffer.from("part one, "), Buffer.from("part two")]);
    await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 18 }));
    expect(await text("stream")).toBe("part one, part two");
  });

  it("rejects bytes that are not what their checksum says", async () => {
    await expect(
      put("x", "bytes", { ChecksumSHA256: Buffer.alloc(32).toString("base64") }),
    ).rejects.toMatchObject({
      name: "BadDigest",
    });
  });

  it("answers ranges", async () => {
    await put("k", "0123456789");
    expect(await text("k", { Range: "bytes=2-4" })).toBe("234");
    expect(await text("k", { Range: "bytes=-3" })).toBe("789");
    await expect(text("k", { Range: "bytes=10-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("copies a version and deletes behind a marker", async () => {
    const { VersionId } = await put("from", "old");
    await put("from", "new");
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from?versionId=${VersionId}` }),
    );
    expect(await text("to")).toBe("old");
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: "from" }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(text("from")).rejects.toMatchObject({ name: "NoSuchKey" });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "from", VersionId: deleted.VersionId! }));
    expect(await text("from")).toBe("new");
  });

  it("uploads in parts", async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
    const bodies = [Buffer.alloc(5 * 1024 * 1024, "a"), Buffer.from("end")];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(
        new UploadPartCommand({ Bucket, Key: "big", UploadId: UploadId!, PartNumber, Body }),
      );
      Parts.push({ PartNumber, ETag: ETag! });
    }
    const done = await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: "big",
        UploadId: UploadId!,
        MultipartUpload: { Parts },
      }),
    );
    expect(done.ETag).toMatch(/-2"$/);
    expect((await text("big"))?.length).toBe(5 * 1024 * 1024 + 3);
  });
});

describe("conditional requests", () => {
  it("lets one of two writers with If-None-Match win", async () => {
    await put("lock", "a", { IfNoneMatch: "*" });
    await expect(put("lock", "b", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      Condition: "If-None-Match",
      $metadata: { httpStatusCode: 412 },
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "lock" }));
    await put("lock", "c", { IfNoneMatch: "*" });
    expect(await text("lock")).toBe("c");
  });

  it("writes over the version that was read only", async () => {
    const { ETag } = await put("state", "1");
    await put("state", "2", { IfMatch: ETag });
    await expect(put("state", "3", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  it("reads when changed only", async () => {
    const { ETag } = await put("k", "v");
    await expect(text("k", { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(text("k", { IfMatch: '"other"' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  it("answers a conflict with 409 when the world says so", async () => {
    addFault(twin.world, { kind: "s3-conflict", key: "lock", remaining: 1 });
    await expect(put("lock", "a", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "ConditionalRequestConflict",
    });
    await put("lock", "a", { IfNoneMatch: "*" });
  });
});

describe("listings", () => {
  it("lists by prefix and delimiter, page by page", async () => {
    for (const key of ["runs/1/a", "runs/1/b", "runs/2/a", "runs/x", "state"]) await put(key, key);
    const top = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "runs/", Delimiter: "/" }));
    expect(top.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["runs/1/", "runs/2/"]);
    expect(top.Contents?.map(({ Key }) => Key)).toEqual(["runs/x"]);
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, MaxKeys: 2, ...(ContinuationToken ? { ContinuationToken } : {}) }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(keys).toEqual(["runs/1/a", "runs/1/b", "runs/2/a", "runs/x", "state"]);
  });

  it("lists versions and delete markers, and deletes them by number", async () => {
    await put("k", "1");
    await put("k", "2");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "k" }));
    expect(listed.Versions?.map(({ IsLatest }) => IsLatest)).toEqual([false, false]);
    expect(listed.DeleteMarkers?.map(({ IsLatest }) => IsLatest)).toEqual([true]);
    const Objects = [...listed.Versions!, ...listed.DeleteMarkers!].map(({ Key, VersionId }) => ({
      Key: Key!,
      VersionId: VersionId!,
    }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(twin.world.collection(COLLECTIONS.objects).keys()).toEqual([]);
  });

  it("describes the bucket", async () => {
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("eu-central-1");
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe("eu-central-1");
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    await expect(s3.send(new HeadBucketCommand({ Bucket: "none" }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe("who may", () => {
  const as = (statements: object[]) =>
    new S3Client(clientOptions(twin.aws, server, makeRole(twin.world, "reader", statements as never)));

  it("hides from those who may not list that an object is missing", async () => {
    const read = { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` };
    await expect(as([read]).send(new GetObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("s3:ListBucket"),
    });
    const list = { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${Bucket}` };
    await expect(as([read, list]).send(new GetObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });

  it("grants a listing below the allowed prefix only", async () => {
    const client = as([
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { "s3:prefix": "runs/*" } },
      },
    ]);
    await client.send(new ListObjectsV2Command({ Bucket, Prefix: "runs/1/" }));
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  it("asks for the bucket's key when the object is encrypted with it", async () => {
    const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/k1";
    twin.world.collection(COLLECTIONS.kmsKeys).set("k1", { id: "k1", arn: keyArn, enabled: true });
    makeBucket(twin.world, Bucket, { configuration: { kmsKeyArn: keyArn } });
    const all = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    await expect(as([all]).send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }))).rejects.toMatchObject(
      {
        message: expect.stringContaining("kms:GenerateDataKey"),
      },
    );
    const use = {
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } },
    };
    await as([all, use]).send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }));
    await expect(as([all]).send(new GetObjectCommand({ Bucket, Key: "k" }))).rejects.toMatchObject({
      message: expect.stringContaining("kms:Decrypt"),
    });
    expect(await text("k")).toBe("v");
  });
});

it("slows down as S3 does when the world throttles it", async () => {
  addFault(twin.world, { kind: "aws-throttle", service: "s3", operation: "PutObject", remaining: 1 });
  await expect(put("k", "v")).rejects.toMatchObject({
    name: "SlowDown",
    $metadata: { httpStatusCode: 503 },
  });
  await put("k", "v");
});
