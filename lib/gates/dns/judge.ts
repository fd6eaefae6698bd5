import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { DnsExpectation } from "./expectation.ts";
import type { AnswerFact, DnsFacts, HostFact } from "./facts.ts";

export function judgeDns(facts: DnsFacts, { longestTtlSeconds }: DnsExpectation): Finding[] {
  const { domain, nameServers, hosts } = facts;
  const ask = question("record-published", `zone ${domain}`, "a public zone with name servers");
  if (!nameServers) return [ask.fail("Route 53 has no public zone of that name")];
  if (nameServers.length === 0) return [ask.pending("it names no servers")];
  return hosts.flatMap((host) => judgeHost(host, facts, longestTtlSeconds));
}

/** Every server of the zone must have the record: each of them answers a part of the world. */
function judgeHost(fact: HostFact, facts: DnsFacts, longestTtlSeconds: number): Finding[] {
  const { host, published } = fact;
  const ask = question("record-published", host, "an address at every name server of the zone");
  const silent = published.find(({ answer }) => answer.records.length === 0);
  if (silent) return [ask.pending(`${silent.server}: ${describe(silent.answer)}`)];
  const known = [...new Set(published.flatMap(({ answer }) => answer.records))].sort();
  return [
    ask.pass(known.join(", ")),
    judgeTarget(host, known, facts),
    judgeLifetime(fact, longestTtlSeconds),
  ];
}

/**
 * An address that is not the edge's leads a part of the visitors nowhere, or to somebody else. A load balancer may
 * answer with some of its addresses, so fewer are enough.
 */
function judgeTarget(
  host: string,
  known: readonly string[],
  { edge, edgeAddresses }: Pick<DnsFacts, "edge" | "edgeAddresses">,
): Finding {
  const ask = question("record-leads-to-edge", host, "addresses of the edge's load balancer, and no other");
  if (!edge.read) return ask.unknown(edge.problem);
  if (edgeAddresses.records.length === 0)
    return ask.pending(`the edge has no address: ${edgeAddresses.problem ?? "none"}`);
  const foreign = known.filter((address) => !edgeAddresses.records.includes(address));
  if (foreign.length === 0) return ask.pass(known.join(", "));
  return ask.pending(`${foreign.join(", ")}, and the edge is at ${edgeAddresses.records.join(", ")}`);
}

function judgeLifetime({ host, published }: HostFact, longestTtlSeconds: number): Finding {
  const ask = question(
    "record-short-lived",
    host,
    `remembered for ${longestTtlSeconds} s at most`,
    "warning",
  );
  const seconds = Math.max(...published.map(({ answer }) => answer.ttlSeconds ?? 0));
  return seconds <= longestTtlSeconds ? ask.pass(`${seconds} s`) : ask.fail(`${seconds} s`);
}

/** What name servers and sockets say, in words. @see https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const MEANING: Readonly<Record<string, string>> = {
  NOERROR: "the name has no such record",
  NXDOMAIN: "no such name",
  SERVFAIL: "the server could not find out",
  REFUSED: "the server refuses to answer",
  ETIMEOUT: "no answer in time",
  ECONNREFUSED: "no name server there",
};
const describe = ({ problem }: AnswerFact): string => MEANING[problem ?? ""] ?? problem ?? "no record";
