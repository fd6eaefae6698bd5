import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { at, isObject, type JsonObject, objectsAt, setDefault, textAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

/** Size of EKS's default service range, 10.100.0.0/16, which a VPC outside 10.0.0.0/8 … gets. */
const RANGE = 65_536;
/** The default range of node ports, 30000 to 32767. */
const NODE_PORTS = { first: 30_000, count: 2_768 };

/** @see `SetDefaults_Service`, k8s.io/kubernetes/pkg/apis/core/v1/defaults.go, and the allocators behind it */
export function defaultService(
  kind: ResourceKind,
  object: ApiObject,
  state: ClusterState,
  existing: ApiObject | undefined,
): void {
  if (!isObject(object.spec)) return;
  const spec = object.spec;
  const before = isObject(existing?.spec) ? existing.spec : undefined;
  setDefault(spec, "type", "ClusterIP");
  setDefault(spec, "sessionAffinity", "None");
  for (const port of objectsAt(spec, "ports")) {
    setDefault(port, "protocol", "TCP");
    if (spec.type !== "ExternalName") setDefault(port, "targetPort", port.port ?? 0);
  }
  if (spec.type === "ExternalName") return;
  setDefault(spec, "internalTrafficPolicy", "Cluster");
  setDefault(spec, "clusterIP", before?.clusterIP ?? freeAddress(state, kind));
  if (!spec.clusterIP) spec.clusterIP = freeAddress(state, kind);
  setDefault(spec, "clusterIPs", [spec.clusterIP ?? ""]);
  setDefault(spec, "ipFamilies", ["IPv4"]);
  setDefault(spec, "ipFamilyPolicy", "SingleStack");
  if (spec.type === "ClusterIP") return;
  setDefault(spec, "externalTrafficPolicy", "Cluster");
  if (spec.type === "LoadBalancer") setDefault(spec, "allocateLoadBalancerNodePorts", true);
  nodePorts(state, kind, spec, before);
}

function nodePorts(state: ClusterState, kind: ResourceKind, spec: JsonObject, before?: JsonObject): void {
  const taken = new Set<number>();
  for (const service of state.store.list(kind))
    for (const port of objectsAt(service, "spec", "ports"))
      if (typeof port.nodePort === "number") taken.add(port.nodePort);
  for (const port of objectsAt(spec, "ports")) {
    const same = objectsAt(before, "ports").find((old) => old.port === port.port);
    setDefault(port, "nodePort", same?.nodePort ?? freeNodePort(state, taken));
  }
}

function freeNodePort(state: ClusterState, taken: Set<number>): number {
  let port = NODE_PORTS.first + Math.floor(state.world.random() * NODE_PORTS.count);
  while (taken.has(port)) port = NODE_PORTS.first + ((port + 1 - NODE_PORTS.first) % NODE_PORTS.count);
  taken.add(port);
  return port;
}

/** A service address that no other service has; the tenth belongs to cluster DNS, the first to `kubernetes`. */
function freeAddress(state: ClusterState, kind: ResourceKind): string {
  const taken = new Set(state.store.list(kind).map((service) => textAt(at(service, "spec"), "clusterIP")));
  let offset = 256 + Math.floor(state.world.random() * (RANGE - 512));
  const address = (): string => `10.100.${offset >> 8}.${offset & 255}`;
  while (taken.has(address())) offset = 256 + ((offset + 1) % (RANGE - 512));
  return address();
}
