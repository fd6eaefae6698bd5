import { type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { bareName } from "../delegation.ts";
import { endpointAddress } from "../endpoint-address.ts";
import { type Answer, answer, soa } from "./answer.ts";
import { loadBalancerAddresses } from "./hosted-zone.ts";
import { serverAddress } from "./virtual-addresses.ts";

/** AWS answers for its own names with this time to live. */
const TTL = 60;

/**
 * Names that belong to AWS or to the DNS itself, not to a hosted zone: name servers, cluster endpoints, load balancers.
 * Undefined: someone else's name.
 */
export function answerForInfrastructure(
  world: World,
  question: { name: string; type: string },
): Answer | undefined {
  const name = bareName(question.name);
  const addresses = addressesOf(world, name);
  if (!addresses && !/\.amazonaws\.com$|\.awsdns-\d+\./.test(name)) return undefined;
  if (!addresses)
    return answer({
      rcode: "NXDOMAIN",
      authorities: [soa("amazonaws.com", "ns-1.awsdns-00.com", "hostmaster.amazon.com", TTL, TTL)],
    });
  const answers = addresses.map((data) => ({ name, type: "A", ttl: TTL, data }));
  return answer({ answers: question.type === "A" ? answers : [] });
}

function addressesOf(world: World, name: string): readonly string[] | undefined {
  const server = serverAddress(name);
  if (server) return [server];
  const balancer = loadBalancerAddresses(world, name);
  if (balancer) return balancer;
  const cluster = world
    .collection<ClusterRecord>(COLLECTIONS.clusters)
    .values()
    .find(({ endpoint }) => bareName(endpoint.replace(/^https:\/\//, "")) === name);
  return cluster ? [endpointAddress(cluster)] : undefined;
}
