import type { DnsReply } from "../../clients/dns-query.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import type { Dns } from "../../clients/resolver.ts";
import type { Route53 } from "../../clients/route53.ts";
import type { Moment } from "../define-gate.ts";
import type { EdgeAddress } from "../load-balancer/facts.ts";
import { findEdge } from "../load-balancer/find-edge.ts";
import type { Reading } from "../reading.ts";
import type { DnsExpectation } from "./expectation.ts";
import type { AnswerFact, DnsFacts, HostFact } from "./facts.ts";

/**
 * The zone's own servers, which Route 53 names: they know at once, delegated or not, and no cache stands between.
 * What they say is compared with where the edge is. What the world sees of it is the delegation gate's question.
 */
export async function observeDns(
  { hosts, edge: namespace }: DnsExpectation,
  { dns, route53, withCluster }: { dns: Dns; route53: Route53; withCluster: WithCluster },
  { domain, now }: Moment,
): Promise<DnsFacts> {
  const [zone, edge] = await Promise.all([
    route53.zone(domain),
    withCluster(now, (cluster) => findEdge(cluster, namespace)),
  ]);
  const servers = await Promise.all(
    (zone?.nameServers ?? []).map(async (server) => ({
      server,
      address: (await dns.addresses(server)).records[0],
    })),
  );
  const [found, edgeAddresses] = await Promise.all([
    Promise.all(hosts.map((label) => observeHost(`${label}.${domain}`, servers, dns))),
    addressesOf(dns, edge),
  ]);
  return { domain, nameServers: zone?.nameServers, hosts: found, edge, edgeAddresses };
}

async function observeHost(
  host: string,
  servers: readonly { server: string; address: string | undefined }[],
  dns: Dns,
): Promise<HostFact> {
  const published = servers.map(async ({ server, address }) => ({
    server,
    answer: address
      ? join(await dns.ask(address, host, "A"), await dns.ask(address, host, "AAAA"))
      : { records: [], problem: "its name has no address" },
  }));
  return { host, published: await Promise.all(published) };
}

/** A name may have addresses of one family only. */
function join(four: DnsReply, six: DnsReply): AnswerFact {
  if (!four.answered) return { records: [], problem: four.problem };
  const records = [...four.answers, ...(six.answered ? six.answers : [])].filter(({ type }) =>
    ["A", "AAAA"].includes(type),
  );
  if (records.length === 0) return { records: [], problem: four.rcode };
  return {
    records: records.map(({ data }) => data).sort(),
    ttlSeconds: Math.max(...records.map(({ ttlSeconds }) => ttlSeconds)),
  };
}

/** A load balancer is known by name or by address. */
async function addressesOf(dns: Dns, edge: Reading<readonly EdgeAddress[]>): Promise<AnswerFact> {
  if (!edge.read) return { records: [], problem: edge.problem };
  const names = [...new Set(edge.value.flatMap(({ address }) => (address ? [address] : [])))];
  const found = await Promise.all(
    names.map((name) => (/^[\d.]+$|:/.test(name) ? { records: [name] } : dns.addresses(name))),
  );
  const records = found.flatMap((answer) => answer.records);
  return records.length > 0 ? { records } : { records, problem: "its name does not resolve" };
}
