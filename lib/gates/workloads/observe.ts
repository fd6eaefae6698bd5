import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { DAEMON_SETS, DEPLOYMENTS, PODS, STATEFUL_SETS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { WorkloadsExpectation } from "./expectation.ts";
import {
  DaemonSetSchema,
  DeploymentSchema,
  type NamespaceFacts,
  PodSchema,
  StatefulSetSchema,
  type WorkloadsFacts,
} from "./facts.ts";

export const observeWorkloads = (
  { namespaces }: WorkloadsExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<WorkloadsFacts> =>
  withCluster(now, async (cluster) => ({
    namespaces: await Promise.all(namespaces.map((namespace) => observeNamespace(cluster, namespace))),
  }));

export async function observeNamespace(cluster: ClusterReader, namespace: string): Promise<NamespaceFacts> {
  const place = { namespace };
  const [deployments, statefulSets, daemonSets, pods] = await Promise.all([
    attempt(cluster.list(DEPLOYMENTS, place, DeploymentSchema)),
    attempt(cluster.list(STATEFUL_SETS, place, StatefulSetSchema)),
    attempt(cluster.list(DAEMON_SETS, place, DaemonSetSchema)),
    attempt(cluster.list(PODS, place, PodSchema)),
  ]);
  return { namespace, deployments, statefulSets, daemonSets, pods };
}
