import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { signedGet, texts } from "./signed-get.ts";

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

/**
 * The two reads that a delegation needs. `endpoint` is what AWS_ENDPOINT_URL_ROUTE_53 or AWS_ENDPOINT_URL says.
 * @throws ConfigurationError (denied), DependencyUnavailableError (throttled, 5xx, silent)
 */
export function connectRoute53(
  credentials: Provider<AwsCredentialIdentity>,
  endpoint: string = ENDPOINT,
): Route53 {
  const get = signedGet({ service: "route53", region: REGION, endpoint, credentials });
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
