import { type ApiObject, timestamp } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { applyDefaults } from "../defaults/apply-defaults.ts";
import type { JsonObject } from "../json-values.ts";
import { storedApiVersionOf } from "../kinds/resource-kind.ts";
import { afterCreate } from "../lifecycle/after-create.ts";
import { PERMANENT_NAMESPACES } from "../lifecycle/namespace.ts";
import { SYSTEM_BINDINGS, SYSTEM_ROLES } from "./system-roles.ts";

/** What every EKS cluster holds before anyone has put anything into it. */
export function bootstrapCluster(state: ClusterState): void {
  const make = (group: string, plural: string, content: JsonObject & { metadata: JsonObject }): void => {
    const kind = state.builtIn(group, plural);
    const { metadata, ...rest } = content;
    const object = {
      apiVersion: storedApiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        ...metadata,
        uid: state.world.drawsOf(`${state.name}/${group}/${plural}/${JSON.stringify(metadata)}`).uuid(),
        resourceVersion: "",
        ...(kind.counted ? { generation: 1 } : {}),
        creationTimestamp: timestamp(state.world.clock.now()),
      },
      ...rest,
    } as ApiObject;
    applyDefaults(state, kind, object);
    const stored = state.write(kind, object);
    afterCreate(state, kind, stored);
  };
  for (const name of PERMANENT_NAMESPACES)
    make("", "namespaces", { metadata: { name }, status: { phase: "Active" } });
  make("", "services", {
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.100.0.1",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 443 }],
    },
    status: { loadBalancer: {} },
  });
  // EKS brings this class; since 1.30 it is not the default one.
  make("storage.k8s.io", "storageclasses", {
    metadata: { name: "gp2" },
    provisioner: "kubernetes.io/aws-ebs",
    parameters: { fsType: "ext4", type: "gp2" },
    volumeBindingMode: "WaitForFirstConsumer",
  });
  for (const [name, value] of [
    ["system-cluster-critical", 2_000_000_000],
    ["system-node-critical", 2_000_001_000],
  ] as const)
    make("scheduling.k8s.io", "priorityclasses", { metadata: { name }, value });
  for (const role of SYSTEM_ROLES) make("rbac.authorization.k8s.io", "clusterroles", role);
  for (const binding of SYSTEM_BINDINGS) make("rbac.authorization.k8s.io", "clusterrolebindings", binding);
}
