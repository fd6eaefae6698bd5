import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { DnsExpectation } from "./expectation.ts";
import type { AnswerFact, DnsFacts, HostFact } from "./facts.ts";

export function judgeDns({ domain, nameServers, hosts }: DnsFacts, _expectation: DnsExpectation): Finding[] {
  if (nameServers.records.length > 0) return hosts.flatMap(judgeHost);
  const ask = question("zone-delegated", `zone ${domain}`, "name servers that the world knows");
  return [ask.pending(describe(nameServers))];
}

/** Every server of the zone must have the record; the resolver may answer with any of its addresses. */
function judgeHost({ host, published, resolved }: HostFact): Finding[] {
  const ask = question("record-published", host, "an address at every name server of the zone");
  const silent = published.find(({ answer }) => answer.records.length === 0);
  if (silent) return [ask.pending(`${silent.server}: ${describe(silent.answer)}`)];
  const known = new Set(published.flatMap(({ answer }) => answer.records));
  const resolves = question("record-resolves", host, "the resolver answers what the zone says");
  if (resolved.records.length === 0) return [ask.pass("published"), resolves.pending(describe(resolved))];
  const foreign = resolved.records.filter((record) => !known.has(record));
  return [
    ask.pass([...known].join(", ")),
    foreign.length === resolved.records.length
      ? resolves.pending(`the resolver still says ${foreign.join(", ")}`)
      : resolves.pass(resolved.records.join(", ")),
  ];
}

/** Node's codes for what a name server said. @see https://nodejs.org/api/dns.html#error-codes */
const MEANING: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such name",
  ENODATA: "the name has no such record",
  ESERVFAIL: "the server could not find out",
  ETIMEOUT: "no answer in time",
  ECONNREFUSED: "no name server there",
  EREFUSED: "the server refuses to answer",
};
const describe = ({ problem }: AnswerFact): string => MEANING[problem ?? "ENODATA"] ?? problem ?? "no record";
