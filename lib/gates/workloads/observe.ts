import type * as z from "zod";
import type { ClusterReader } from "../../clients/kubernetes/client.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import {
  API_SERVICES,
  DAEMON_SETS,
  DEPLOYMENTS,
  PODS,
  STATEFUL_SETS,
} from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { firstProblem, type Reading, readable, unreadable } from "../reading.ts";
import type { WorkloadsExpectation } from "./expectation.ts";
import {
  DaemonSetSchema,
  DeploymentSchema,
  type NamespaceFacts,
  PodSchema,
  StatefulSetSchema,
  type WorkloadsFacts,
} from "./facts.ts";
import {
  API_SERVICE,
  SUPPORT_KINDS,
  type Support,
  SupportItemSchema,
  servedFrom,
  supportOf,
} from "./supports.ts";

export const observeWorkloads = (
  { namespaces }: WorkloadsExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<WorkloadsFacts> =>
  withCluster(now, async (cluster) => ({ namespaces: await observeNamespaces(cluster, namespaces) }));

export async function observeNamespaces(
  cluster: ClusterReader,
  namespaces: readonly string[],
): Promise<NamespaceFacts[]> {
  const apiServices = attempt(cluster.list(API_SERVICES, {}, SupportItemSchema));
  return Promise.all(
    namespaces.map(async (namespace) => {
      const facts = await observeNamespace(cluster, namespace);
      return { ...facts, supports: withServed(facts.supports, await apiServices, namespace) };
    }),
  );
}

function withServed(
  supports: Reading<Support[]>,
  apiServices: Reading<z.infer<typeof SupportItemSchema>[]>,
  namespace: string,
): Reading<Support[]> {
  if (!supports.read || !apiServices.read) return supports.read ? (apiServices as Reading<never>) : supports;
  const served = apiServices.value.filter((each) => servedFrom(each) === namespace);
  return readable([...supports.value, ...served.map((each) => supportOf(API_SERVICE, each))]);
}

async function observeNamespace(cluster: ClusterReader, namespace: string): Promise<NamespaceFacts> {
  const place = { namespace };
  const [deployments, statefulSets, daemonSets, pods, supports] = await Promise.all([
    attempt(cluster.list(DEPLOYMENTS, place, DeploymentSchema)),
    attempt(cluster.list(STATEFUL_SETS, place, StatefulSetSchema)),
    attempt(cluster.list(DAEMON_SETS, place, DaemonSetSchema)),
    attempt(cluster.list(PODS, place, PodSchema)),
    listSupports(cluster, namespace),
  ]);
  return { namespace, deployments, statefulSets, daemonSets, pods, supports };
}

/** Every list is waited for, also after one was refused: a function that has answered must not go on asking. */
async function listSupports(cluster: ClusterReader, namespace: string): Promise<Reading<Support[]>> {
  const lists = await Promise.all(
    SUPPORT_KINDS.map(async (each) => {
      const items = await attempt(cluster.list(each.resource, { namespace }, SupportItemSchema));
      return items.read ? readable(items.value.map((item) => supportOf(each, item))) : items;
    }),
  );
  const problem = firstProblem(...lists);
  return problem === undefined
    ? readable(lists.flatMap((list) => (list.read ? list.value : [])))
    : unreadable(problem);
}
