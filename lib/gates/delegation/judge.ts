import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { DelegationExpectation } from "./expectation.ts";
import type { DelegationFacts } from "./facts.ts";

/** Waits for a person, and so is never a failure before its deadline, unless there is nothing to delegate to. */
export function judgeDelegation(
  { domain, zoneNameServers, delegated }: DelegationFacts,
  _expectation: DelegationExpectation,
): Finding[] {
  const ask = question(
    "zone-delegated",
    `zone ${domain}`,
    `delegated to ${zoneNameServers?.join(", ") ?? "its name servers"}`,
  );
  if (!zoneNameServers) return [ask.fail("Route 53 has no public zone of that name")];
  if (delegated.records.length === 0)
    return [ask.pending(`not delegated (${delegated.problem ?? "no NS record"})`)];
  const strangers = delegated.records.filter((server) => !zoneNameServers.includes(server));
  if (strangers.length > 0) return [ask.pending(`delegated to ${delegated.records.join(", ")}`)];
  return [ask.pass(delegated.records.join(", "))];
}
