import { veleroControllers } from "./backups/velero.ts";
import { certificates } from "./certificates/certificates.ts";
import { challenges } from "./certificates/challenges.ts";
import { ingressShim } from "./certificates/ingress-shim.ts";
import { issuerControllers } from "./certificates/issuers.ts";
import { certificateRequests, orders } from "./certificates/orders.ts";
import { applications } from "./delivery/applications.ts";
import type { ControllerOptions } from "./engine/controller.ts";
import { Engine } from "./engine/engine.ts";
import { prometheusOperator } from "./monitoring/prometheus-operator.ts";
import { type AddonActive, installAddon } from "./nodes/addons.ts";
import { joinNodes, type NodesJoined } from "./nodes/nodes.ts";
import { kubelet } from "./pods/kubelet.ts";
import { externalSecretsControllers } from "./secrets/external-secrets.ts";
import { endpointSlices } from "./services/endpoint-slices.ts";
import { ingressAddresses } from "./services/ingress-addresses.ts";
import { loadBalancers } from "./services/load-balancers.ts";
import { apiServices, autoscalers, disruptionBudgets } from "./services/small-statuses.ts";
import { volumeClaims } from "./services/volume-claims.ts";
import { webhookBundles } from "./webhooks/ca-bundles.ts";
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
  kubelet,
  volumeClaims,
  endpointSlices,
  loadBalancers,
  ingressAddresses,
  apiServices,
  disruptionBudgets,
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
];

/**
 * Lets the objects of all clusters come alive. To be called once for a world, before anything is restored into it;
 * what is going on stands in the world and survives being saved.
 */
export function startControllers(options: ControllerOptions): void {
  const engine = new Engine(options, CONTROLLERS);
  options.world.on<NodesJoined>("eks.nodes.joined", (joined) =>
    joinNodes(options, engine.client(joined.cluster), joined),
  );
  options.world.on<AddonActive>("eks.addon.active", (active) =>
    installAddon(engine.client(active.cluster), active),
  );
}
