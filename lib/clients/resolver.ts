import { Resolver } from "node:dns/promises";
import { type DnsReply, queryServer, type RecordType } from "./dns-query.ts";

/** What a name server answered: records, or the code of what went wrong (`ENOTFOUND`, `ENODATA`, `ESERVFAIL` …). */
export type DnsAnswer =
  | { readonly records: readonly string[] }
  | { readonly records: readonly []; readonly problem: string };

export interface Dns {
  /** Asks the resolver of the network that this runs in. Names without trailing dot, lower-case, sorted. */
  nameServers(domain: string): Promise<DnsAnswer>;
  /** IPv4 and IPv6 addresses as that resolver knows them, sorted. */
  addresses(host: string): Promise<DnsAnswer>;
  /** One question to the server at this address and nobody else: what it says, referrals and flags included. */
  ask(server: string, name: string, type: RecordType): Promise<DnsReply>;
  /** The same with the wish that the server finds out itself: for resolvers of the world. */
  resolveAt(server: string, name: string, type: RecordType): Promise<DnsReply>;
}

/** Five seconds and two tries: a resolver that needs longer serves nobody. */
const OPTIONS = { timeout: 5_000, tries: 2 };

export function connectDns(): Dns {
  return {
    nameServers: (domain) => ask(() => new Resolver(OPTIONS).resolveNs(domain)),
    addresses: (host) => addresses(new Resolver(OPTIONS), host),
    ask: (server, name, type) => queryServer(server, { name, type }, false),
    resolveAt: (server, name, type) => queryServer(server, { name, type }, true),
  };
}

/** A name may have addresses of one family only, so a problem counts only when both have one. */
async function addresses(resolver: Resolver, host: string): Promise<DnsAnswer> {
  const four = await ask(() => resolver.resolve4(host));
  const six = await ask(() => resolver.resolve6(host));
  const records = [...four.records, ...six.records].sort();
  return records.length > 0 ? { records } : four;
}

async function ask(question: () => Promise<string[]>): Promise<DnsAnswer> {
  try {
    const records = (await question()).map((record) => record.toLowerCase().replace(/\.$/, ""));
    return records.length > 0 ? { records: records.sort() } : { records: [], problem: "ENODATA" };
  } catch (error) {
    return { records: [], problem: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}
