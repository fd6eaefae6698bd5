import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { NODES } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { NodesExpectation } from "./expectation.ts";
import { NodeSchema, type NodesFacts } from "./facts.ts";

export const observeNodes = (
  _expectation: NodesExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<NodesFacts> =>
  withCluster(now, async (cluster) => {
    const [nodes, serverVersion] = await Promise.all([
      attempt(cluster.list(NODES, {}, NodeSchema)),
      attempt(cluster.version()),
    ]);
    return { nodes, serverVersion };
  });
