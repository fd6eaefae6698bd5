import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../contract.ts";
import { type HttpRequest, header } from "./message.ts";

const incomplete = (): AwsError =>
  new AwsError("IncompleteBody", "The request body terminated unexpectedly", 400);

interface Payload {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Takes apart `<size in hex>[;chunk-signature=…]CRLF data CRLF … 0 CRLF trailers`.
 * @see S3 API reference, "Trailing checksums" and "Transferring payload in multiple chunks"
 */
function unchunked(body: Buffer): Payload {
  const chunks: Buffer[] = [];
  let from = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", from);
    if (lineEnd < 0) throw incomplete();
    const [size = ""] = body.subarray(from, lineEnd).toString("latin1").split(";");
    const length = Number.parseInt(size, 16);
    if (Number.isNaN(length)) throw incomplete();
    from = lineEnd + 2;
    if (length === 0) break;
    if (from + length > body.length) throw incomplete();
    chunks.push(body.subarray(from, from + length));
    from += length + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of body.subarray(from).toString("latin1").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { body: Buffer.concat(chunks), trailers };
}

const isChunked = (request: HttpRequest): boolean =>
  (header(request, "x-amz-content-sha256") ?? "").startsWith("STREAMING-") ||
  (header(request, "content-encoding") ?? "").includes("aws-chunked");

/** CRC-32 of the bytes as S3 writes it: big-endian, base64. */
export function crc32Of(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}

const hash =
  (algorithm: string) =>
  (body: Buffer): string =>
    createHash(algorithm).update(body).digest("base64");

/** Checksums that are verified; CRC-32C and CRC-64/NVME are taken on trust. */
const CHECKSUMS: Readonly<Record<string, (body: Buffer) => string>> = {
  "x-amz-checksum-crc32": crc32Of,
  "x-amz-checksum-sha1": hash("sha1"),
  "x-amz-checksum-sha256": hash("sha256"),
  "content-md5": hash("md5"),
};

/** The bytes that an upload means. @throws BadDigest when they are not what its checksum says */
export function uploadedBytes(request: HttpRequest): Buffer {
  const { body, trailers }: Payload = isChunked(request)
    ? unchunked(request.body)
    : { body: request.body, trailers: {} };
  for (const [name, compute] of Object.entries(CHECKSUMS)) {
    const given = trailers[name] ?? header(request, name);
    if (given !== undefined && given !== compute(body))
      throw new AwsError(
        "BadDigest",
        `The ${name.slice("x-amz-checksum-".length)} you specified did not match what we received.`,
        400,
      );
  }
  return body;
}
