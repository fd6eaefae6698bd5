import type { World } from "../../world/world.ts";
import { bareName, delegationFor } from "../delegation.ts";
import { type Answer, answer, type ResourceRecord, soa } from "./answer.ts";
import { registryOf, registryServer, serverAddress } from "./virtual-addresses.ts";

/** A delegation in .com is kept for two days; a missing name for fifteen minutes. */
const DELEGATION_TTL = 172_800;
const NEGATIVE_TTL = 900;

/** What the servers of the parent zone say: a referral for what the registrar has published, else no such name. */
export function answerOfRegistry(world: World, question: { name: string; type: string }): Answer {
  const name = bareName(question.name);
  const registry = registryOf(name);
  const server = registryServer(registry);
  if (name === registry && question.type === "NS")
    return answer({
      authoritative: true,
      answers: [{ name, type: "NS", ttl: DELEGATION_TTL, data: server }],
    });
  const delegation = delegationFor(world, name);
  if (!delegation) {
    const authorities = [soa(registry, server, `nstld.${registry}`, NEGATIVE_TTL, NEGATIVE_TTL)];
    return answer({ rcode: name === registry ? "NOERROR" : "NXDOMAIN", authoritative: true, authorities });
  }
  const { zone, nameServers } = delegation;
  return answer({
    authorities: nameServers.map((data) => ({ name: zone, type: "NS", ttl: DELEGATION_TTL, data })),
    additionals: nameServers.flatMap(glue),
  });
}

function glue(server: string): ResourceRecord[] {
  const address = serverAddress(server);
  return address ? [{ name: server, type: "A", ttl: DELEGATION_TTL, data: address }] : [];
}
