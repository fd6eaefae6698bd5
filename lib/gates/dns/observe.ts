import type { Dns } from "../../clients/resolver.ts";
import type { Moment } from "../define-gate.ts";
import type { DnsExpectation } from "./expectation.ts";
import type { DnsFacts, HostFact } from "./facts.ts";

/**
 * The zone's own servers first: they know at once. A resolver asked too early would remember for minutes that there
 * is no such name, so it is asked only for what is published.
 */
export async function observeDns(
  { hosts }: DnsExpectation,
  { dns }: { dns: Dns },
  { domain }: Moment,
): Promise<DnsFacts> {
  const nameServers = await dns.nameServers(domain);
  const servers = await Promise.all(
    nameServers.records.map(async (server) => ({
      server,
      address: (await dns.addresses(server)).records[0],
    })),
  );
  const found = await Promise.all(hosts.map((label) => observeHost(`${label}.${domain}`, servers, dns)));
  return { domain, nameServers, hosts: found };
}

async function observeHost(
  host: string,
  servers: readonly { server: string; address: string | undefined }[],
  dns: Dns,
): Promise<HostFact> {
  const published = await Promise.all(
    servers.map(async ({ server, address }) => ({
      server,
      answer: address
        ? await dns.addressesAt(address, host)
        : { records: [], problem: `${server} has no address` },
    })),
  );
  const isPublished = published.some(({ answer }) => answer.records.length > 0);
  const resolved = isPublished ? await dns.addresses(host) : { records: [], problem: "not asked yet" };
  return { host, published, resolved };
}
