import type { IncomingMessage } from "node:http";
import { parse } from "yaml";
import type { Json } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesUser } from "../../contract.ts";
import { ApiError } from "../status.ts";
import { decodeEnvelope } from "./protobuf.ts";

/** The limit of the real server for a request's body. */
const LARGEST_BODY = 3 * 1024 * 1024;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** An HTTP request as the API server takes it; throws ApiError for what it would not read. */
export async function readRequest(
  message: IncomingMessage,
  user: KubernetesUser,
): Promise<KubernetesRequest> {
  const method = METHODS.find((known) => known === message.method);
  if (!method)
    throw new ApiError(
      405,
      "MethodNotAllowed",
      "the server does not allow this method on the requested resource",
    );
  const content = await bodyOf(message);
  const contentType = message.headers["content-type"];
  const accept = message.headers.accept;
  return {
    user,
    method,
    path: message.url ?? "/",
    ...(content.length === 0 ? {} : { body: parseBody(content, contentType ?? "application/json") }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(accept === undefined ? {} : { accept }),
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY)
      throw new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${LARGEST_BODY}`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function parseBody(content: Buffer, contentType: string): Json {
  if (contentType.includes("protobuf")) return fromProtobuf(content);
  try {
    const text = content.toString("utf8");
    return (contentType.includes("yaml") ? parse(text) : JSON.parse(text)) as Json;
  } catch (error) {
    throw new ApiError(400, "BadRequest", `the body could not be read: ${(error as Error).message}`);
  }
}

function fromProtobuf(content: Buffer): Json {
  const decoded = decodeEnvelope(content);
  if (decoded !== undefined) return decoded;
  throw new ApiError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml",
  );
}
