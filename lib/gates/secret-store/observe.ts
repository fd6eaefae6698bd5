import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { CLUSTER_SECRET_STORES } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { observeSecret } from "../secrets/observe.ts";
import type { SecretStoreExpectation } from "./expectation.ts";
import { type SecretStoreFacts, SecretStoreSchema } from "./facts.ts";

export const observeSecretStore = (
  { store: name, canary }: SecretStoreExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<SecretStoreFacts> =>
  withCluster(now, async (cluster) => {
    const [store, fetched] = await Promise.all([
      attempt(cluster.get(CLUSTER_SECRET_STORES, { name }, SecretStoreSchema)),
      observeSecret(cluster, canary),
    ]);
    return { store, canary: fetched };
  });
