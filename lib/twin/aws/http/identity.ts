import { AwsError } from "../contract.ts";
import { type HttpRequest, header } from "./message.ts";

/** Who signed a request and for which service, after the credential scope `<key>/<date>/<region>/<service>/aws4_request`. */
export interface Signer {
  readonly accessKeyId: string;
  readonly service: string;
}

/**
 * Reads SigV4's credential from the Authorization header or a presigned URL. The signature itself is not checked:
 * nobody but the twin's own processes reaches this port.
 */
export function signerOf(request: HttpRequest): Signer | undefined {
  const authorization = header(request, "authorization") ?? "";
  const credential =
    /^AWS4-\S+ .*Credential=([^,\s]+)/.exec(authorization)?.[1] ?? request.query.get("X-Amz-Credential");
  if (!credential) return undefined;
  const [accessKeyId = "", , , service = ""] = credential.split("/");
  return { accessKeyId, service };
}

/** How a service says that it does not know the key. @see each service's common errors */
export function unknownKey(service: string): AwsError {
  if (service === "s3")
    return new AwsError(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      403,
    );
  const message = "The security token included in the request is invalid.";
  const isQuery = ["sns", "sts", "elasticloadbalancing", "monitoring", "route53"].includes(service);
  if (isQuery) return new AwsError("InvalidClientTokenId", message, 403);
  const isRest = ["eks", "lambda", "xray"].includes(service);
  return new AwsError("UnrecognizedClientException", message, isRest ? 403 : 400);
}
