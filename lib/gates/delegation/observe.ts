import type { Dns } from "../../clients/resolver.ts";
import type { Route53 } from "../../clients/route53.ts";
import type { Moment } from "../define-gate.ts";
import type { DelegationExpectation } from "./expectation.ts";
import type { DelegationFacts, ReferralFact, ResolutionFact, ServerFact } from "./facts.ts";

/** Of the zone above, this many servers are asked: enough to see one that lags behind. */
const PARENT_SERVERS = 3;

/** Cloudflare's, Google's and Quad9's: what most of the world asks, directly or not. */
export const PUBLIC_RESOLVERS = ["1.1.1.1", "8.8.8.8", "9.9.9.9"] as const;

/**
 * The zone's servers are known by Route 53, because an undelegated zone's cannot be found by DNS. Whether the world
 * finds them is asked of the servers of the zone above, past every cache: a resolver that was asked too early
 * remembers for a quarter of an hour that there is nothing.
 */
export async function observeDelegation(
  { hosts }: Pick<DelegationExpectation, "hosts">,
  { dns, route53 }: { dns: Dns; route53: Route53 },
  { domain }: Moment,
): Promise<DelegationFacts> {
  const zoneNameServers = (await route53.zone(domain))?.nameServers;
  const own = await withAddresses(dns, zoneNameServers ?? []);
  const above = await parentOf(dns, domain);
  const [servers, referrals] = await Promise.all([
    Promise.all(own.map((each) => askServer(dns, domain, each))),
    Promise.all(above.servers.map((each) => askParent(dns, domain, each))),
  ]);
  const names = hosts.map((label) => `${label}.${domain}`);
  const isDelegated = referrals.some(({ nameServers }) => nameServers.length > 0);
  const published = isDelegated ? await publishedAt(dns, own, names) : {};
  const known = names.filter((host) => (published[host] ?? []).length > 0);
  const resolutions = await resolvedBy(dns, known);
  return { domain, zoneNameServers, servers, parent: above.zone, referrals, published, resolutions };
}

interface Addressed {
  readonly server: string;
  readonly address: string | undefined;
}

const withAddresses = (dns: Dns, servers: readonly string[]): Promise<Addressed[]> =>
  Promise.all(servers.map(async (server) => ({ server, address: (await dns.addresses(server)).records[0] })));

/** The nearest zone above that the world knows, and some of its servers. */
async function parentOf(dns: Dns, domain: string): Promise<{ zone?: string; servers: Addressed[] }> {
  const labels = domain.split(".");
  for (let first = 1; first < labels.length; first += 1) {
    const zone = labels.slice(first).join(".");
    const { records } = await dns.nameServers(zone);
    if (records.length > 0)
      return { zone, servers: await withAddresses(dns, records.slice(0, PARENT_SERVERS)) };
  }
  return { servers: [] };
}

async function askServer(dns: Dns, domain: string, { server, address }: Addressed): Promise<ServerFact> {
  if (!address) return { server, problem: "its name has no address" };
  const reply = await dns.ask(address, domain, "SOA");
  if (!reply.answered) return { server, problem: reply.problem };
  const isServed = reply.authoritative && reply.answers.some(({ type }) => type === "SOA");
  return { server, problem: isServed ? undefined : `${reply.rcode}, not for this zone` };
}

/** A referral stands in the authority section; a server that holds both zones answers for the lower one itself. */
async function askParent(dns: Dns, domain: string, { server, address }: Addressed): Promise<ReferralFact> {
  const nothing = { server, nameServers: [], ttlSeconds: undefined };
  if (!address) return { ...nothing, problem: "its name has no address" };
  const reply = await dns.ask(address, domain, "NS");
  if (!reply.answered) return { ...nothing, problem: reply.problem };
  const records = [...reply.authorities, ...reply.answers].filter(
    ({ name, type }) => type === "NS" && name === domain,
  );
  const nameServers = [...new Set(records.map(({ data }) => data))].sort();
  if (nameServers.length === 0) return { ...nothing, problem: reply.rcode };
  return { server, nameServers, ttlSeconds: records[0]?.ttlSeconds, problem: undefined };
}

/** Every address that one of the zone's own servers names, by host. */
async function publishedAt(
  dns: Dns,
  own: readonly Addressed[],
  hosts: readonly string[],
): Promise<Record<string, readonly string[]>> {
  const addresses = own.flatMap(({ address }) => (address ? [address] : []));
  const found = hosts.map(async (host): Promise<[string, string[]]> => {
    const replies = await Promise.all(addresses.map((address) => dns.ask(address, host, "A")));
    const known = replies.flatMap((reply) => (reply.answered ? reply.answers : []));
    return [host, [...new Set(known.filter(({ type }) => type === "A").map(({ data }) => data))].sort()];
  });
  return Object.fromEntries(await Promise.all(found));
}

const resolvedBy = (dns: Dns, hosts: readonly string[]): Promise<ResolutionFact[]> =>
  Promise.all(
    hosts.flatMap((host) =>
      PUBLIC_RESOLVERS.map(async (resolver): Promise<ResolutionFact> => {
        const reply = await dns.resolveAt(resolver, host, "A");
        if (!reply.answered)
          return {
            host,
            resolver,
            addresses: [],
            ttlSeconds: undefined,
            rcode: undefined,
            silent: reply.problem,
          };
        const records = reply.answers.filter(({ type }) => type === "A");
        return {
          host,
          resolver,
          addresses: records.map(({ data }) => data).sort(),
          ttlSeconds: records[0]?.ttlSeconds,
          rcode: records.length > 0 ? undefined : reply.rcode,
          silent: undefined,
        };
      }),
    ),
  );
