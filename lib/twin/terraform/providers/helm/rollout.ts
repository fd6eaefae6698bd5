import { isMap, type Values, valueAt } from "../../../charts/values.ts";
import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { unpullableImage } from "../../../kubernetes/controllers/pods/image-faults.ts";
import { COLLECTIONS } from "../../../world/records.ts";
import type { Json, World } from "../../../world/world.ts";

/**
 * Milliseconds that an install with `wait` lasts until everything is ready.
 * @see docs/latencies.md, "Helm releases with wait" (public logs, some from memory)
 */
const INSTALL: Readonly<Record<string, number>> = {
  "ingress-nginx": 70_000,
  "aws-load-balancer-controller": 40_000,
  "gateway-helm": 30_000,
  "external-secrets": 45_000,
  "cert-manager": 24_000,
  "argo-cd": 65_000,
  "cluster-autoscaler": 45_000,
  "metrics-server": 34_000,
  "kube-prometheus-stack": 135_000,
  loki: 90_000,
  tempo: 50_000,
  alloy: 30_000,
  "opentelemetry-collector": 25_000,
  velero: 45_000,
  kyverno: 60_000,
  "trivy-operator": 35_000,
  opencost: 35_000,
};
const INSTALL_HA: Readonly<
  Record<string, { readonly ha: (values: Values) => boolean; readonly lasts: number }>
> = {
  "argo-cd": { ha: (values) => valueAt(values, "redis-ha.enabled") === true, lasts: 150_000 },
  loki: { ha: (values) => valueAt(values, "deploymentMode") === "SimpleScalable", lasts: 180_000 },
};
/** Objects only, or not waited for: one request an object, side by side. */
const WITHOUT_WORKLOADS = 5_000;
/** @see docs/latencies.md: Argo CD 30 s; the others from memory */
const UNINSTALL: Readonly<Record<string, number>> = { "argo-cd": 30_000 };
const UNINSTALL_USUAL = 5_000;

const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

export function installLasts(chart: string, values: Values, wait: boolean): number {
  if (!wait) return WITHOUT_WORKLOADS;
  const high = INSTALL_HA[chart];
  return high?.ha(values) ? high.lasts : (INSTALL[chart] ?? WITHOUT_WORKLOADS);
}

export const uninstallLasts = (chart: string): number => UNINSTALL[chart] ?? UNINSTALL_USUAL;

/** Every image that a workload's pods pull. */
function images(object: KubernetesObject): string[] {
  const spec = isMap(object.spec) ? object.spec : {};
  const template = isMap(spec.template) ? spec.template : {};
  const pod = isMap(template.spec) ? template.spec : {};
  return [pod.initContainers, pod.containers]
    .flatMap((list: Json | undefined) => (Array.isArray(list) ? list : []))
    .filter(isMap)
    .map((container) => String(container.image ?? ""));
}

/** Nodes that take pods. */
function hasNodes(world: World, cluster: string): boolean {
  return world
    .collection<KubernetesObject>(COLLECTIONS.kubernetesObjects)
    .keys()
    .some((key) => key.startsWith(`${cluster}/v1/Node/`));
}

/** The first workload of a release that will not become ready however long Helm waits, or undefined. */
export function neverReady(
  world: World,
  cluster: string,
  objects: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const workloads = objects.filter((object) => WORKLOADS.has(object.kind));
  if (!hasNodes(world, cluster)) return workloads.find((object) => object.kind !== "DaemonSet");
  return workloads.find((object) => images(object).some((image) => unpullableImage(world, image)));
}
