import { stringify } from "yaml";
import { type AccessEntryRecord, type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { adminToken, principalToken } from "./authentication/twin-tokens.ts";

/** Somebody whom a kubeconfig lets in, by their token of the twin. */
interface Person {
  /** `twin-admin`, or the name of the IAM role or user. */
  readonly name: string;
  readonly token: string;
}

/** The administrator, and everybody who has an access entry. */
function peopleOf(world: World, cluster: string): Person[] {
  const entries = world.collection<AccessEntryRecord>(COLLECTIONS.accessEntries).values();
  const principals = entries
    .filter((entry) => entry.clusterName === cluster)
    .map(({ principalArn }) => ({
      name: principalName(principalArn),
      token: principalToken(world, cluster, principalArn),
    }));
  return [{ name: "twin-admin", token: adminToken(world, cluster) }, ...principals];
}

export const principalName = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** The context of one person in one cluster. */
export const contextName = (cluster: string, person: string): string => `${person}@${cluster}`;

/**
 * A kubeconfig that leads to the twin's port and still checks each endpoint's own name and authority. It holds a
 * context for everybody whom a cluster lets in, so that one may look at it as they see it.
 * @param current the context that counts unless another one is named
 */
export function kubeconfigText(
  world: World,
  clusters: readonly ClusterRecord[],
  port: number,
  current: string,
): string {
  const people = clusters.flatMap((cluster) =>
    peopleOf(world, cluster.name).map((person) => ({ cluster: cluster.name, ...person })),
  );
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: clusters.map(({ name, endpoint, certificateAuthority }) => ({
      name,
      cluster: {
        server: `https://127.0.0.1:${port}`,
        "tls-server-name": endpoint.replace(/^https:\/\//, "").toLowerCase(),
        "certificate-authority-data": certificateAuthority,
      },
    })),
    users: people.map(({ cluster, name, token }) => ({ name: contextName(cluster, name), user: { token } })),
    contexts: people.map(({ cluster, name }) => ({
      name: contextName(cluster, name),
      context: { cluster, user: contextName(cluster, name) },
    })),
    "current-context": current,
  });
}
