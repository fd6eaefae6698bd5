import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { DetailedAwsError } from "../service.ts";
import { type DecodedCall, type HttpRequest, type HttpResponse, header, type Protocol } from "./message.ts";

const parse = (body: Buffer): Json => {
  try {
    return JSON.parse(body.toString("utf8") || "{}") as Json;
  } catch {
    throw new AwsError("SerializationException", "the request body is no JSON");
  }
};

export function jsonError(error: AwsError, requestId: string, contentType: string): HttpResponse {
  const details = error instanceof DetailedAwsError ? error.details : {};
  return {
    status: error.status,
    headers: {
      "content-type": contentType,
      "x-amzn-errortype": error.code,
      "x-amzn-requestid": requestId,
    },
    body: JSON.stringify({ __type: error.code, message: error.message, Message: error.message, ...details }),
  };
}

/** AWS JSON 1.0 and 1.1: the operation stands in X-Amz-Target, `<service's prefix>.<operation>`. */
export const jsonProtocol: Protocol = {
  decode(request: HttpRequest): DecodedCall {
    const target = header(request, "x-amz-target") ?? "";
    const operation = target.slice(target.lastIndexOf(".") + 1);
    if (operation === "") throw new AwsError("UnknownOperationException", "no X-Amz-Target", 400);
    return { operation, input: parse(request.body) };
  },
  encode(_call, result, request) {
    const contentType = header(request, "content-type") ?? "application/x-amz-json-1.0";
    return { status: 200, headers: { "content-type": contentType }, body: JSON.stringify(result) };
  },
  fail(error, requestId, request) {
    const contentType = header(request, "content-type") ?? "application/x-amz-json-1.0";
    // DynamoDB's and KMS's 4xx are all 400 in these protocols; 5xx and 501 stay.
    return jsonError(error, requestId, contentType);
  },
};

export { parse as parseJsonBody };
