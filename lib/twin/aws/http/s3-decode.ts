import { AwsError } from "../contract.ts";
import { uploadedBytes } from "./aws-chunked.ts";
import { type DecodedCall, type HttpRequest, header, type JsonObject } from "./message.ts";
import { addressOf } from "./s3-addressing.ts";
import { childText, parseXml, type XmlElement } from "./xml.ts";

/** Which operation method, level and the telling query parameter mean; "" is: none of them. */
const OPERATIONS: Readonly<Record<string, string>> = {
  "GET service ": "ListBuckets",
  "HEAD bucket ": "HeadBucket",
  "GET bucket list-type": "ListObjectsV2",
  "GET bucket versions": "ListObjectVersions",
  "GET bucket location": "GetBucketLocation",
  "GET bucket versioning": "GetBucketVersioning",
  "GET bucket lifecycle": "GetBucketLifecycleConfiguration",
  "POST bucket delete": "DeleteObjects",
  "GET object ": "GetObject",
  "HEAD object ": "HeadObject",
  "PUT object ": "PutObject",
  "DELETE object ": "DeleteObject",
  "POST object uploads": "CreateMultipartUpload",
  "PUT object uploadId": "UploadPart",
  "POST object uploadId": "CompleteMultipartUpload",
  "DELETE object uploadId": "AbortMultipartUpload",
};

/** Parameters that only shape an operation; any other one names a sub-resource. */
const SHAPING =
  /^(x-id|versionId|partNumber|prefix|delimiter|max-keys|continuation-token|start-after|fetch-owner|encoding-type|key-marker|version-id-marker|response-.*|x-amz-.*)$/i;

const QUERY_MEMBERS: Readonly<Record<string, string>> = {
  prefix: "Prefix",
  delimiter: "Delimiter",
  "max-keys": "MaxKeys",
  "continuation-token": "ContinuationToken",
  "start-after": "StartAfter",
  "key-marker": "KeyMarker",
  "version-id-marker": "VersionIdMarker",
  versionId: "VersionId",
  uploadId: "UploadId",
  partNumber: "PartNumber",
};

const HEADER_MEMBERS: Readonly<Record<string, string>> = {
  range: "Range",
  "if-match": "IfMatch",
  "if-none-match": "IfNoneMatch",
  "content-type": "ContentType",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-copy-source": "CopySource",
  "x-amz-copy-source-if-match": "CopySourceIfMatch",
  "x-amz-metadata-directive": "MetadataDirective",
};

function operationOf(request: HttpRequest, level: string): string {
  const telling = [...new Set(request.query.keys())].find((name) => !SHAPING.test(name)) ?? "";
  const operation = OPERATIONS[`${request.method} ${level} ${telling}`];
  if (operation === "PutObject" && header(request, "x-amz-copy-source") !== undefined) return "CopyObject";
  if (operation !== undefined) return operation;
  const asked = `${request.method} ${level} ${telling}`.trim();
  throw new AwsError("NotImplemented", `the twin's AWS does not know s3 ${asked}`, 501);
}

function metadataOf(request: HttpRequest): JsonObject {
  const metadata: JsonObject = {};
  for (const name of Object.keys(request.headers))
    if (name.startsWith("x-amz-meta-"))
      metadata[name.slice("x-amz-meta-".length)] = header(request, name) ?? "";
  return metadata;
}

function listedObject(object: XmlElement): JsonObject {
  const versionId = childText(object, "VersionId");
  return {
    Key: childText(object, "Key") ?? "",
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  };
}

const elements = (parent: XmlElement, name: string): XmlElement[] =>
  parent.children.filter((child) => child.name === name);

/** Members that the body holds. */
function bodyMembers(operation: string, body: Buffer): JsonObject {
  if (operation === "PutObject" || operation === "UploadPart") return { Body: body.toString("base64") };
  if (operation === "DeleteObjects") {
    const document = parseXml(body.toString("utf8"));
    const Objects = elements(document, "Object").map(listedObject);
    return { Delete: { Objects, Quiet: childText(document, "Quiet") === "true" } };
  }
  if (operation === "CompleteMultipartUpload") {
    const parts = elements(parseXml(body.toString("utf8")), "Part").map((part) => ({
      PartNumber: Number(childText(part, "PartNumber")),
      ETag: childText(part, "ETag") ?? "",
    }));
    return { MultipartUpload: { Parts: parts } };
  }
  return {};
}

/** A REST-XML request of S3 as operation and input. */
export function decodeS3(request: HttpRequest): DecodedCall {
  const { bucket, key } = addressOf(request);
  const level = key !== "" ? "object" : bucket !== "" ? "bucket" : "service";
  const operation = operationOf(request, level);
  const input: JsonObject = {};
  if (bucket !== "") input.Bucket = bucket;
  if (key !== "") input.Key = key;
  for (const [name, member] of Object.entries(QUERY_MEMBERS)) {
    const value = request.query.get(name);
    if (value !== null) input[member] = value;
  }
  for (const [name, member] of Object.entries(HEADER_MEMBERS)) {
    const value = header(request, name);
    if (value !== undefined) input[member] = value;
  }
  if (request.method === "PUT" || request.method === "POST") input.Metadata = metadataOf(request);
  return { operation, input: { ...input, ...bodyMembers(operation, uploadedBytes(request)) } };
}
