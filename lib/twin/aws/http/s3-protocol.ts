import type { Json } from "../../world/world.ts";
import { DetailedAwsError } from "../service.ts";
import { crc32Of } from "./aws-chunked.ts";
import {
  type HttpRequest,
  type HttpResponse,
  header,
  type JsonObject,
  objectOf,
  type Protocol,
} from "./message.ts";
import { decodeS3 } from "./s3-decode.ts";
import { element, type ListNames, XML_HEAD } from "./xml.ts";

const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Root elements of answers with a body. */
const ROOTS: Readonly<Record<string, string>> = {
  ListBuckets: "ListAllMyBucketsResult",
  ListObjectsV2: "ListBucketResult",
  ListObjectVersions: "ListVersionsResult",
  GetBucketLocation: "LocationConstraint",
  GetBucketVersioning: "VersioningConfiguration",
  GetBucketLifecycleConfiguration: "LifecycleConfiguration",
  CopyObject: "CopyObjectResult",
  DeleteObjects: "DeleteResult",
  CreateMultipartUpload: "InitiateMultipartUploadResult",
  CompleteMultipartUpload: "CompleteMultipartUploadResult",
};

/** S3's lists are flattened and named in the singular, but for ListBuckets'. */
const lists: ListNames = (member) => {
  if (member === "Buckets") return { wrapper: "Buckets", item: "Bucket" };
  const singular: Readonly<Record<string, string>> = {
    Versions: "Version",
    DeleteMarkers: "DeleteMarker",
    Errors: "Error",
  };
  return { item: singular[member] ?? member };
};

/** Members that travel as headers, wherever they occur. */
const HEADERS: Readonly<Record<string, string>> = {
  VersionId: "x-amz-version-id",
  DeleteMarker: "x-amz-delete-marker",
  ServerSideEncryption: "x-amz-server-side-encryption",
  StorageClass: "x-amz-storage-class",
  SSEKMSKeyId: "x-amz-server-side-encryption-aws-kms-key-id",
  CopySourceVersionId: "x-amz-copy-source-version-id",
  BucketRegion: "x-amz-bucket-region",
  AcceptRanges: "accept-ranges",
  ContentRange: "content-range",
  ContentType: "content-type",
  ETag: "etag",
};

function headersOf(operation: string, result: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, name] of Object.entries(HEADERS)) {
    const value = result[member];
    if (value !== undefined && !operation.startsWith("List")) headers[name] = String(value);
  }
  if (typeof result.LastModified === "string")
    headers["last-modified"] = new Date(result.LastModified).toUTCString();
  for (const [name, value] of Object.entries(objectOf(result.Metadata)))
    headers[`x-amz-meta-${name}`] = String(value);
  return headers;
}

const URL_ENCODED = ["Key", "Prefix", "Delimiter", "StartAfter", "KeyMarker", "NextKeyMarker"];

/** `encoding-type=url`: names in a listing are URL-encoded, so that any character survives XML. */
function urlEncoded(value: Json): Json {
  if (Array.isArray(value)) return value.map(urlEncoded);
  if (value === null || typeof value !== "object") return value;
  const encoded: JsonObject = {};
  for (const [name, inner] of Object.entries(value))
    encoded[name] =
      typeof inner === "string" && URL_ENCODED.includes(name)
        ? encodeURIComponent(inner).replaceAll("%2F", "/")
        : urlEncoded(inner);
  return encoded;
}

function document(operation: string, result: JsonObject, request: HttpRequest): string {
  const root = ROOTS[operation];
  if (root === undefined) return "";
  if (operation === "GetBucketLocation")
    return XML_HEAD + element(root, result.LocationConstraint ?? "", lists, NAMESPACE);
  if (operation === "CopyObject")
    return XML_HEAD + element(root, result.CopyObjectResult ?? {}, lists, NAMESPACE);
  const isEncoded = operation.startsWith("List") && request.query.get("encoding-type") === "url";
  const body = isEncoded ? { ...objectOf(urlEncoded(result)), EncodingType: "url" } : result;
  return XML_HEAD + element(root, body, lists, NAMESPACE);
}

function objectResponse(operation: string, result: JsonObject, request: HttpRequest): HttpResponse {
  const headers = headersOf(operation, result);
  const body = Buffer.from(typeof result.Body === "string" ? result.Body : "", "base64");
  const isWhole = result.ContentRange === undefined;
  if (operation === "HeadObject") headers["content-length"] = String(result.ContentLength);
  else if (isWhole && header(request, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED") {
    headers["x-amz-checksum-crc32"] = crc32Of(body);
    headers["x-amz-checksum-type"] = "FULL_OBJECT";
  }
  return { status: isWhole ? 200 : 206, headers, body };
}

/** REST-XML of S3. */
export const s3Protocol: Protocol = {
  decode: decodeS3,
  encode({ operation }, answer, request) {
    const result = objectOf(answer);
    if (operation === "GetObject" || operation === "HeadObject")
      return objectResponse(operation, result, request);
    const body = document(operation, result, request);
    const headers = headersOf(operation, result);
    if (body !== "") headers["content-type"] = "application/xml";
    const status = operation.startsWith("Delete") && operation !== "DeleteObjects" ? 204 : 200;
    return { status: operation === "AbortMultipartUpload" ? 204 : status, headers, body };
  },
  fail(error, requestId, request) {
    const details = error instanceof DetailedAwsError ? error.details : {};
    const hasBody = request.method !== "HEAD" && error.status !== 304;
    const content = { Code: error.code, Message: error.message, ...details, RequestId: requestId };
    return {
      status: error.status,
      headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
      body: hasBody ? XML_HEAD + element("Error", content, lists) : "",
    };
  },
};
