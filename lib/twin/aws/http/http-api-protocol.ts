import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { type HttpRequest, type HttpResponse, objectOf, type Protocol } from "./message.ts";

/** Where the twin's port serves HTTP APIs: `/execute-api/<api id>`, since one port has no host names of its own. */
export const HTTP_API_PREFIX = "/execute-api/";

const isText = (request: HttpRequest): boolean =>
  request.body.equals(Buffer.from(request.body.toString("utf8"), "utf8"));

function headersOf({ headers }: HttpRequest): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(",")] as const],
  );
  return Object.fromEntries(entries);
}

/** A request to an HTTP API as an operation, `execute-api Invoke`; the answer is the integration's own. */
export const httpApiProtocol: Protocol = {
  decode(request) {
    const [, apiId = "", rest = ""] = /^\/execute-api\/([^/]+)(\/.*)?$/.exec(request.path) ?? [];
    const query: Record<string, string> = {};
    for (const [name, value] of request.query)
      query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
    const body: Record<string, Json> =
      request.body.length === 0
        ? {}
        : isText(request)
          ? { body: request.body.toString("utf8") }
          : { body: request.body.toString("base64"), isBase64Encoded: true };
    const headers = headersOf(request);
    return {
      operation: "Invoke",
      input: { apiId, method: request.method, path: rest || "/", query, headers, ...body },
    };
  },
  encode(_call, result): HttpResponse {
    const { statusCode, headers, body, isBase64Encoded } = objectOf(result);
    const text = typeof body === "string" ? body : "";
    return {
      status: Number(statusCode),
      headers: {
        "content-type": "text/plain; charset=utf-8",
        ...(objectOf(headers) as Record<string, string>),
      },
      body: isBase64Encoded === true ? Buffer.from(text, "base64") : text,
    };
  },
  /** Whoever is not let in hears one word, as from API Gateway. */
  fail(error) {
    const known: Readonly<Record<number, string>> = { 403: "Forbidden", 404: "Not Found" };
    const status = error instanceof AwsError && known[error.status] ? error.status : 500;
    return {
      status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: known[status] ?? "Internal Server Error" }),
    };
  },
};
