import type { IncomingHttpHeaders } from "node:http";
import type { Json } from "../../world/world.ts";
import type { AwsError } from "../contract.ts";

/** A request as it came: the path is still URL-encoded. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export interface DecodedCall {
  readonly operation: string;
  readonly input: Json;
}

/** One of AWS's wire protocols. */
export interface Protocol {
  decode(request: HttpRequest): DecodedCall;
  encode(call: DecodedCall, result: Json, request: HttpRequest): HttpResponse;
  fail(error: AwsError, requestId: string, request: HttpRequest): HttpResponse;
}

export type JsonObject = { [key: string]: Json };

export const objectOf = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

export const header = (request: HttpRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
};
