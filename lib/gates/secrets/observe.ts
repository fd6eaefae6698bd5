import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { EXTERNAL_SECRETS, SECRETS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { SecretsExpectation, WantedSecret } from "./expectation.ts";
import {
  ExternalSecretSchema,
  type SecretFacts,
  SecretKeysSchema,
  type SecretsFacts,
  targetNameOf,
} from "./facts.ts";

export const observeSecrets = (
  { secrets }: SecretsExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<SecretsFacts> =>
  withCluster(now, async (cluster) => ({
    secrets: await Promise.all(secrets.map((wanted) => observeSecret(cluster, wanted))),
  }));

/** By name: the role may read these Secrets and no list of them. */
export async function observeSecret(cluster: ClusterReader, wanted: WantedSecret): Promise<SecretFacts> {
  const { namespace, name } = wanted;
  const externalSecret = await attempt(
    cluster.get(EXTERNAL_SECRETS, { namespace, name }, ExternalSecretSchema),
  );
  const found = externalSecret.read ? externalSecret.value : null;
  const target =
    found &&
    (await attempt(cluster.get(SECRETS, { namespace, name: targetNameOf(found) }, SecretKeysSchema)));
  return { wanted, externalSecret, target: target ?? undefined };
}
