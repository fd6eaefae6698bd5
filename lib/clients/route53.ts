import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { ConfigurationError, DependencyUnavailableError } from "../run/errors.ts";

export interface HostedZone {
  readonly id: string;
  /** Without trailing dot, lower-case, sorted. */
  readonly nameServers: readonly string[];
}
export interface Route53 {
  /** The public zone with exactly this name; undefined if there is none. */
  zone(domain: string): Promise<HostedZone | undefined>;
}

/** Route 53 is global: one endpoint, signed for us-east-1. @see https://docs.aws.amazon.com/general/latest/gr/r53.html */
const ENDPOINT = "https://route53.amazonaws.com";
const REGION = "us-east-1";
const API = "/2013-04-01";
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * The two reads that a delegation needs, signed by hand: an SDK client for them would weigh more than everything
 * else that this function does. `endpoint` is what AWS_ENDPOINT_URL_ROUTE_53 or AWS_ENDPOINT_URL says.
 * @throws ConfigurationError (denied), DependencyUnavailableError (throttled, 5xx, silent)
 */
export function connectRoute53(
  credentials: Provider<AwsCredentialIdentity>,
  endpoint: string = ENDPOINT,
): Route53 {
  const signer = new SignatureV4({ service: "route53", region: REGION, credentials, sha256: Sha256 });
  const get = async (path: string, query: Record<string, string> = {}): Promise<string> => {
    const url = new URL(endpoint);
    const signed = await signer.sign({
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      path,
      query,
      headers: { host: url.host },
    });
    return send(url, `${path}?${new URLSearchParams(query)}`, signed.headers);
  };
  return {
    async zone(domain) {
      const list = await get(`${API}/hostedzonesbyname`, { dnsname: domain, maxitems: "10" });
      const id = publicZone(list, domain);
      if (!id) return undefined;
      const zone = await get(`${API}/hostedzone/${id}`);
      const nameServers = texts(zone, "NameServer").map(plain).sort();
      return { id, nameServers };
    },
  };
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Zones come sorted by name from `domain` on; a private zone may have the same name. */
function publicZone(xml: string, domain: string): string | undefined {
  const zone = texts(xml, "HostedZone").find(
    (part) => plain(texts(part, "Name")[0] ?? "") === domain && texts(part, "PrivateZone")[0] !== "true",
  );
  return zone && texts(zone, "Id")[0]?.split("/").at(-1);
}

/** Contents of every element with this name; none of those read here has attributes or nests in itself. */
const texts = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, "gs"))].map((match) => match[1] ?? "");

function send(url: URL, path: string, headers: Record<string, string>): Promise<string> {
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
          else reject(explain(status, body));
        });
      },
    );
    call.on("timeout", () => call.destroy(new Error("no answer in time")));
    call.on("error", (cause) =>
      reject(new DependencyUnavailableError(`route53: ${cause.message}`, { cause })),
    );
    call.end();
  });
}

function explain(status: number, body: string): Error {
  const said = `${texts(body, "Code")[0] ?? status}: ${texts(body, "Message")[0] ?? "no message"}`;
  const throttled = status === 429 || status >= 500 || /Throttling|PriorRequestNotComplete/.test(said);
  return throttled
    ? new DependencyUnavailableError(`route53: ${said}`)
    : new ConfigurationError(`route53: ${said}`);
}
