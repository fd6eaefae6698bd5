import { type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import { veleroControllers } from "./backups/velero.ts";
import { certificates } from "./certificates/certificates.ts";
import { challenges } from "./certificates/challenges.ts";
import { ingressShim } from "./certificates/ingress-shim.ts";
import { issuerControllers } from "./certificates/issuers.ts";
import { certificateRequests, orders } from "./certificates/orders.ts";
import { applications } from "./delivery/applications.ts";
import { forgetSleepers } from "./dormancy.ts";
import type { ControllerOptions } from "./engine/controller.ts";
import { Engine } from "./engine/engine.ts";
import { envoyGateway } from "./gateways/envoy-gateway.ts";
import { prometheusOperator } from "./monitoring/prometheus-operator.ts";
import { type AddonActive, installAddon, removeAddon } from "./nodes/addons.ts";
import { joinNodes, type NodeReplaced, type NodesJoined, replaceNode } from "./nodes/nodes.ts";
import { kubelet } from "./pods/kubelet.ts";
import { kyverno } from "./policies/kyverno.ts";
import { externalSecretsControllers } from "./secrets/external-secrets.ts";
import { applicationLoadBalancers } from "./services/application-load-balancers.ts";
import { autoscalers } from "./services/autoscalers.ts";
import { endpointSlices } from "./services/endpoint-slices.ts";
import { ingressAddresses } from "./services/ingress-addresses.ts";
import { loadBalancers } from "./services/load-balancers.ts";
import { quotas } from "./services/quotas.ts";
import { apiServices, disruptionBudgets } from "./services/small-statuses.ts";
import { volumeClaims } from "./services/volume-claims.ts";
import { webhookBundles } from "./webhooks/ca-bundles.ts";
import { cronJobs } from "./workloads/cron-jobs.ts";
import { daemonSets } from "./workloads/daemon-sets.ts";
import { deployments } from "./workloads/deployments.ts";
import { jobs } from "./workloads/jobs.ts";
import { statefulSets } from "./workloads/stateful-sets.ts";

/** Everything that reacts to objects in the clusters of a world; those of Kubernetes itself first. */
const CONTROLLERS = [
  deployments,
  statefulSets,
  daemonSets,
  jobs,
  cronJobs,
  kubelet,
  volumeClaims,
  endpointSlices,
  loadBalancers,
  applicationLoadBalancers,
  ingressAddresses,
  ...envoyGateway,
  apiServices,
  disruptionBudgets,
  quotas,
  autoscalers,
  ...webhookBundles,
  ...issuerControllers,
  ingressShim,
  certificates,
  certificateRequests,
  orders,
  challenges,
  ...externalSecretsControllers,
  applications,
  ...veleroControllers,
  ...prometheusOperator,
  ...kyverno,
];

/**
 * Lets the objects of all clusters come alive. To be called once for a world, before anything is restored into it;
 * what is going on stands in the world and survives being saved.
 */
export function startControllers(options: ControllerOptions): void {
  const { world } = options;
  const engine = new Engine(options, CONTROLLERS);
  world.on<{ cluster: string }>("eks.cluster.deleted", ({ cluster }) => forgetSleepers(world, cluster));
  /** Nodes and add-ons of a cluster that is going or gone need no one to take them away. */
  const inCluster =
    <T extends { cluster: string }>(act: (event: T) => void) =>
    (event: T): void => {
      const status = world.collection<ClusterRecord>(COLLECTIONS.clusters).get(event.cluster)?.status;
      if (status === "ACTIVE" || status === "UPDATING") act(event);
    };
  const adjust = inCluster<NodesJoined>((event) => joinNodes(options, engine.client(event.cluster), event));
  world.on<NodesJoined>("eks.nodes.joined", adjust);
  world.on<NodesJoined>("eks.nodes.left", adjust);
  world.on<NodeReplaced>(
    "eks.node.replaced",
    inCluster((event) => replaceNode(options, engine.client(event.cluster), event)),
  );
  world.on<AddonActive>(
    "eks.addon.active",
    inCluster((event) => installAddon(world, engine.client(event.cluster), event)),
  );
  world.on<AddonActive>(
    "eks.addon.deleted",
    inCluster((event) => removeAddon(engine.client(event.cluster), event)),
  );
}
