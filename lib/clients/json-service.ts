import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { ConfigurationError, DependencyUnavailableError } from "../run/errors.ts";

export interface JsonServiceProps {
  /** Signing name and first label of the endpoint, e.g. `cloudtrail`. */
  readonly service: string;
  /** What stands before the operation in X-Amz-Target. */
  readonly target: string;
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  /** What AWS_ENDPOINT_URL says, if it says anything. */
  readonly endpoint?: string | undefined;
}

const TIMEOUT_MILLISECONDS = 10_000;
const DENIED = /AccessDenied|UnauthorizedOperation/;

/**
 * An AWS service that speaks JSON 1.1, signed by hand: for the one read that we ask of it, an SDK client would
 * weigh more than everything else that a function does.
 * @throws ConfigurationError (denied), DependencyUnavailableError (throttled, 5xx, silent, or anything unexpected)
 */
export function connectJsonService(
  props: JsonServiceProps,
): (operation: string, input: Readonly<Record<string, unknown>>) => Promise<unknown> {
  const { service, target, region, credentials } = props;
  const url = new URL(props.endpoint ?? `https://${service}.${region}.amazonaws.com`);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  return async (operation, input) => {
    const body = JSON.stringify(input);
    const signed = await signer.sign({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      headers: {
        host: url.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `${target}.${operation}`,
      },
      body,
    });
    const { status, text } = await send(url, signed.headers, body);
    if (status === 200) return JSON.parse(text);
    const said = `${service} ${operation} answered ${status}: ${text.slice(0, 500)}`;
    if (DENIED.test(text)) throw new ConfigurationError(said);
    throw new DependencyUnavailableError(said);
  };
}

function send(
  url: URL,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; text: string }> {
  const request = url.protocol === "http:" ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(
        new DependencyUnavailableError(`${url.host} did not answer: ${error.message}`, { cause: error }),
      );
    const sent = request(url, { method: "POST", headers, timeout: TIMEOUT_MILLISECONDS }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MILLISECONDS} ms`)));
    sent.on("error", failed);
    sent.end(body);
  });
}
