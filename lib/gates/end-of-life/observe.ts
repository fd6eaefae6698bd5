import type * as z from "zod";
import type { Eks } from "../../clients/eks.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import {
  DAEMON_SETS,
  DEPLOYMENTS,
  NODES,
  type Resource,
  STATEFUL_SETS,
} from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { firstProblem, readable, unreadable } from "../reading.ts";
import type { EndOfLifeExpectation } from "./expectation.ts";
import { ChartedSchema, type EndOfLifeFacts, RuntimeNodeSchema } from "./facts.ts";
import { chartsOf, runtimesOf } from "./products.ts";

/** What runs, in which version: the cluster by EKS, charts and nodes by the cluster, and this function's own runtime. */
export async function observeEndOfLife(
  _expectation: EndOfLifeExpectation,
  { eks, withCluster }: { eks: Eks; withCluster: WithCluster },
  { environment, now }: Moment,
): Promise<EndOfLifeFacts> {
  const version = (await eks.cluster(environment))?.version;
  const support = version === undefined ? undefined : await eks.support(version);
  const inside = await withCluster(now, async (cluster) => {
    const list = <T>(resource: Resource, schema: z.ZodType<T>) => attempt(cluster.list(resource, {}, schema));
    const [nodes, ...workloads] = await Promise.all([
      list(NODES, RuntimeNodeSchema),
      list(DEPLOYMENTS, ChartedSchema),
      list(STATEFUL_SETS, ChartedSchema),
      list(DAEMON_SETS, ChartedSchema),
    ]);
    const problem = firstProblem(...workloads);
    return {
      charts:
        problem === undefined
          ? readable(chartsOf(workloads.flatMap((each) => (each.read ? each.value : []))))
          : unreadable(problem),
      runtimes: nodes.read ? readable(runtimesOf(nodes.value, process.versions.node)) : nodes,
    };
  });
  return {
    cluster: version === undefined ? undefined : { version, standardUntil: support?.standardUntil },
    ...inside,
  };
}
