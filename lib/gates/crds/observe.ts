import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { CUSTOM_RESOURCE_DEFINITIONS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { observeBackend } from "../webhooks/observe.ts";
import type { CrdsExpectation } from "./expectation.ts";
import { type CrdFacts, CrdSchema, type CrdsFacts } from "./facts.ts";

/** By name: a whole list of CRDs is megabytes of schemas. */
export const observeCrds = (
  { crds }: CrdsExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<CrdsFacts> =>
  withCluster(now, async (cluster) => ({
    crds: await Promise.all(crds.map((wanted) => observeCrd(cluster, wanted))),
  }));

async function observeCrd(
  cluster: ClusterReader,
  { name, version }: CrdsExpectation["crds"][number],
): Promise<CrdFacts> {
  const crd = await attempt(cluster.get(CUSTOM_RESOURCE_DEFINITIONS, { name }, CrdSchema));
  const service = crd.read ? crd.value?.spec.conversion?.webhook?.clientConfig?.service : undefined;
  return { name, version, crd, backend: service && (await observeBackend(cluster, service)) };
}
