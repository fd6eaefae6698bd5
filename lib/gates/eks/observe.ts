import type { Eks } from "../../clients/eks.ts";
import type { Moment } from "../define-gate.ts";
import type { EksExpectation } from "./expectation.ts";
import type { EksFacts } from "./facts.ts";

/** AWS's APIs only: when this gate looks, nothing in the cluster knows this function's role yet. */
export async function observeEks(
  { addons }: EksExpectation,
  { eks }: { eks: Eks },
  { environment: clusterName }: Moment,
): Promise<EksFacts> {
  const cluster = await eks.cluster(clusterName);
  if (!cluster)
    return {
      clusterName,
      cluster,
      publicCidrs: [],
      nodeGroups: [],
      addons: [],
      version: undefined,
      insights: [],
    };
  const nodeGroups = await eks.nodeGroups(clusterName);
  const version = cluster.version && { name: cluster.version, support: await eks.support(cluster.version) };
  const insights = await eks.upgradeInsights(clusterName);
  const found = await Promise.all(
    addons.map(async (name) => ({ name, addon: await eks.addon(clusterName, name) })),
  );
  const { name, status, issues, publicCidrs } = cluster;
  return {
    clusterName,
    cluster: { name, status, issues },
    publicCidrs,
    version: version || undefined,
    insights,
    nodeGroups,
    addons: found,
  };
}
