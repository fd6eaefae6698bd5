import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { DelegationExpectation } from "./expectation.ts";
import type { DelegationFacts } from "./facts.ts";
import { judgeResolutions } from "./judge-resolutions.ts";

/** The zone is there and served, the zone above refers to it, and the world's resolvers find what it holds. */
export function judgeDelegation(facts: DelegationFacts, { waits }: DelegationExpectation): Finding[] {
  return [...judgeServed(facts), ...judgeReferral(facts, waits), ...(waits ? judgeResolutions(facts) : [])];
}

/** A server that is named and does not know the zone answers a part of the visitors with nothing. */
function judgeServed({ domain, zoneNameServers, servers }: DelegationFacts): Finding[] {
  const ask = question(
    "zone-served",
    `zone ${domain}`,
    "a public zone in Route 53 that its servers answer for",
  );
  if (!zoneNameServers) return [ask.fail("Route 53 has no public zone of that name")];
  const lame = servers.find(({ problem }) => problem !== undefined);
  if (lame) return [ask.pending(`${lame.server}: ${lame.problem}`)];
  return [servers.length > 0 ? ask.pass(zoneNameServers.join(", ")) : ask.pending("it names no servers")];
}

/** Waits for a person, and so is never a failure before its deadline. */
function judgeReferral(
  { domain, zoneNameServers, parent, referrals }: DelegationFacts,
  waits: boolean,
): Finding[] {
  if (!zoneNameServers) return [];
  const wanted = zoneNameServers.join(", ");
  const ask = question(
    "zone-delegated",
    `zone ${domain}`,
    `delegated to ${wanted}`,
    waits ? "error" : "warning",
  );
  if (parent === undefined) return [ask.unknown("no zone above it was found")];
  const silent = referrals.filter(({ nameServers }) => nameServers.length === 0);
  if (silent.length === referrals.length)
    return [ask.pending(`not delegated (${parent}: ${silent[0]?.problem ?? "no server answered"})`)];
  // One server of the zone above that lags behind sends a part of the world elsewhere.
  const wrong = referrals.find(({ nameServers }) => nameServers.join(", ") !== wanted);
  if (!wrong) return [ask.pass(`delegated by ${parent} to ${wanted}`)];
  const said = wrong.nameServers.join(", ") || (wrong.problem ?? "nothing");
  return [ask.pending(`delegated to ${said} (says ${wrong.server})`)];
}
