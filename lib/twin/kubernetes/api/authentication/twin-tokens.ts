import { createHash, timingSafeEqual } from "node:crypto";
import { type AccessEntryRecord, COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { KubernetesUser } from "../../contract.ts";

/** Who holds the kubeconfig that the twin hands out: a person at the laptop, in front of their own cluster. */
export const TWIN_ADMIN: KubernetesUser = {
  username: "twin-admin",
  groups: ["system:masters", "system:authenticated"],
};

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 40);

/** A bearer token for kubectl, the same for the same world and cluster. */
export const adminToken = (world: World, clusterName: string): string =>
  `twin-admin-${digest(`${world.seed}/${clusterName}/admin`)}`;

/**
 * A bearer token that stands for a principal of an access entry, for clients on a machine without an account: what
 * it may do is decided as for the principal's own token. It does not expire.
 */
export const principalToken = (world: World, clusterName: string, principalArn: string): string =>
  `twin-principal-${digest(`${world.seed}/${clusterName}/${principalArn}`)}`;

/** The principal whose token of the twin this is, if its entry is still there. */
export function principalOf(world: World, clusterName: string, token: string): string | undefined {
  if (!token.startsWith("twin-principal-")) return undefined;
  return world
    .collection<AccessEntryRecord>(COLLECTIONS.accessEntries)
    .values()
    .filter((entry) => entry.clusterName === clusterName)
    .find((entry) => isSame(principalToken(world, clusterName, entry.principalArn), token))?.principalArn;
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
