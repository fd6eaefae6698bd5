import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { ConfigurationError, EvidenceMismatchError } from "../../lib/run/errors.ts";

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());
const store = connectObjectStore(new S3Client({ region: "eu-west-1" }));
const body = (text: string) => ({ Body: { transformToByteArray: async () => Buffer.from(text) } as never });
const named = (name: string) => Object.assign(new Error(name), { name });
const sha = (text: string) => createHash("sha256").update(text).digest("hex");

it("reads exactly the pinned version, and checks it", async () => {
  s3.on(GetObjectCommand).resolves(body("plan"));
  const object = { bucket: "b", key: "k", versionId: "v", sha256: sha("plan") };
  expect((await store.readPinned(object)).toString()).toBe("plan");
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: "b",
    Key: "k",
    VersionId: "v",
  });
});

it("rejects a version whose content is another", async () => {
  s3.on(GetObjectCommand).resolves(body("tampered"));
  const object = { bucket: "b", key: "k", versionId: "v", sha256: sha("plan") };
  await expect(store.readPinned(object)).rejects.toThrow(EvidenceMismatchError);
});

it("rejects a version that is gone", async () => {
  s3.on(GetObjectCommand).rejects(named("NoSuchVersion"));
  await expect(store.readVersion("b", "k", "v")).rejects.toThrow(EvidenceMismatchError);
});

it("asks for a deployment when the source asset is gone", async () => {
  s3.on(GetObjectCommand).rejects(named("NoSuchKey"));
  await expect(store.read("b", "k")).rejects.toThrow(ConfigurationError);
});

it("writes once, under a condition and with its checksum", async () => {
  s3.on(PutObjectCommand).resolves({ VersionId: "v1" });
  await expect(store.writeOnce("b", "k", Buffer.from("x"), sha("x"))).resolves.toEqual({ versionId: "v1" });
  const { IfNoneMatch, ChecksumSHA256 } = s3.commandCalls(PutObjectCommand)[0]!.args[0].input;
  expect(IfNoneMatch).toBe("*");
  expect(Buffer.from(ChecksumSHA256!, "base64").toString("hex")).toBe(sha("x"));
});

it("takes the version that is there when somebody wrote it before", async () => {
  s3.on(PutObjectCommand).rejects(named("PreconditionFailed"));
  s3.on(HeadObjectCommand).resolves({ VersionId: "v0" });
  await expect(store.writeOnce("b", "k", Buffer.from("x"), sha("x"))).resolves.toEqual({ versionId: "v0" });
});

it("rejects a bucket without versions", async () => {
  s3.on(PutObjectCommand).resolves({});
  await expect(store.writeOnce("b", "k", Buffer.from("x"), sha("x"))).rejects.toThrow(ConfigurationError);
});
