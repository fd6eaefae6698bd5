import type { IncomingMessage } from "node:http";
import { parse } from "yaml";
import type { Json } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesUser } from "../../contract.ts";
import { ApiError } from "../status.ts";
import { decodeEnvelope } from "./protobuf.ts";

/** The limit of the real server for a request's body. */
const LARGEST_BODY = 3 * 1024 * 1024;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** What a body may be; patches have types of their own, which the patch itself judges. */
const READABLE =
  /^application\/(json|yaml|vnd\.kubernetes\.protobuf)$|^application\/[\w.-]*(patch\+(json|yaml))$/;

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
    // Read to its end all the same: who hangs up in the middle cannot say why.
    if (size <= LARGEST_BODY) chunks.push(chunk as Buffer);
  }
  if (size > LARGEST_BODY)
    throw new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${LARGEST_BODY}`);
  return Buffer.concat(chunks);
}

function parseBody(content: Buffer, contentType: string): Json {
  const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!READABLE.test(type)) throw unknownFormat();
  if (contentType.includes("protobuf")) return fromProtobuf(content);
  try {
    const text = content.toString("utf8");
    return (contentType.includes("yaml") ? parse(text) : JSON.parse(text)) as Json;
  } catch (error) {
    throw new ApiError(400, "BadRequest", `the body could not be read: ${(error as Error).message}`);
  }
}

function fromProtobuf(content: Buffer): Json {
  let decoded: Json | undefined;
  try {
    decoded = decodeEnvelope(content);
  } catch (error) {
    throw new ApiError(400, "BadRequest", `the body could not be read: ${(error as Error).message}`);
  }
  if (decoded === undefined) throw unknownFormat();
  return decoded;
}

const unknownFormat = (): ApiError =>
  new ApiError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml",
    {},
  );
