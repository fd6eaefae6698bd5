import type { Dns } from "../../clients/resolver.ts";
import type { Route53 } from "../../clients/route53.ts";
import type { Moment } from "../define-gate.ts";
import type { DelegationExpectation } from "./expectation.ts";
import type { DelegationFacts } from "./facts.ts";

/**
 * The zone's servers are asked of Route 53, because an undelegated zone's cannot be found by DNS. A resolver that
 * follows the delegation ends at the servers that the zone above names, and those answer with their own NS set: an
 * older zone of the same name gives itself away by other servers.
 */
export async function observeDelegation(
  _expectation: DelegationExpectation,
  { dns, route53 }: { dns: Dns; route53: Route53 },
  { domain }: Moment,
): Promise<DelegationFacts> {
  const zone = await route53.zone(domain);
  return { domain, zoneNameServers: zone?.nameServers, delegated: await dns.nameServers(domain) };
}
