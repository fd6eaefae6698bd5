import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { APPLICATIONS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { observeNamespaces } from "../workloads/observe.ts";
import type { ArgocdExpectation } from "./expectation.ts";
import { ApplicationSchema, type ArgocdFacts, NeighbourSchema } from "./facts.ts";

/** What Argo CD says of the Application, and what really runs where it was to be deployed. */
export const observeArgocd = (
  { namespace, application: name }: ArgocdExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<ArgocdFacts> =>
  withCluster(now, async (cluster) => {
    const [application, neighbours] = await Promise.all([
      attempt(cluster.get(APPLICATIONS, { namespace, name }, ApplicationSchema)),
      attempt(cluster.list(APPLICATIONS, { namespace }, NeighbourSchema)),
    ]);
    const destination = application.read ? application.value?.spec.destination.namespace : undefined;
    const [workloads] = destination ? await observeNamespaces(cluster, [destination]) : [];
    return { application, neighbours, workloads };
  });
