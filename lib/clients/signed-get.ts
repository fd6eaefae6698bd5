import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { ConfigurationError, DependencyUnavailableError } from "../run/errors.ts";

const TIMEOUT_MILLISECONDS = 10_000;

export interface SignedApi {
  /** As the service signs, e.g. `route53`. */
  readonly service: string;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Provider<AwsCredentialIdentity>;
}

/**
 * GET of an AWS API that answers in XML, signed by hand: for a few reads an SDK client would weigh more than
 * everything else that a function does.
 * @throws ConfigurationError (denied), DependencyUnavailableError (throttled, 5xx, silent)
 */
export function signedGet({ service, region, endpoint, credentials }: SignedApi) {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  return async (path: string, query: Record<string, string> = {}): Promise<string> => {
    const url = new URL(endpoint);
    const signed = await signer.sign({
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      path,
      query,
      headers: { host: url.host },
    });
    return send(service, url, `${path}?${new URLSearchParams(query)}`, signed.headers);
  };
}

/** Contents of every element with this name, in order; fit for elements without attributes that don't nest in themselves. */
export const texts = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, "gs"))].map((match) => match[1] ?? "");

function send(service: string, url: URL, path: string, headers: Record<string, string>): Promise<string> {
  const request = url.protocol === "http:" ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname: url.hostname, port: url.port || undefined, path, headers, timeout: TIMEOUT_MILLISECONDS },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          const status = answer.statusCode ?? 0;
          if (status === 200) resolve(body);
          else reject(explain(service, status, body));
        });
      },
    );
    call.on("timeout", () => call.destroy(new Error("no answer in time")));
    call.on("error", (cause) =>
      reject(new DependencyUnavailableError(`${service}: ${cause.message}`, { cause })),
    );
    call.end();
  });
}

function explain(service: string, status: number, body: string): Error {
  const said = `${texts(body, "Code")[0] ?? status}: ${texts(body, "Message")[0] ?? "no message"}`;
  const throttled = status === 429 || status >= 500 || /Throttling|PriorRequestNotComplete/.test(said);
  return throttled
    ? new DependencyUnavailableError(`${service}: ${said}`)
    : new ConfigurationError(`${service}: ${said}`);
}
