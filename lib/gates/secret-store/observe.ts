import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { CLUSTER_SECRET_STORES } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { SecretStoreExpectation } from "./expectation.ts";
import { type SecretStoreFacts, SecretStoreSchema } from "./facts.ts";

export const observeSecretStore = (
  { store: name }: SecretStoreExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<SecretStoreFacts> =>
  withCluster(now, async (cluster) => ({
    store: await attempt(cluster.get(CLUSTER_SECRET_STORES, { name }, SecretStoreSchema)),
  }));
