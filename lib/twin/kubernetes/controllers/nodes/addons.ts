import { type AddonRecord, COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Fields } from "../engine/fields.ts";
import { COMPONENTS, type Component, EXTRAS } from "./addon-components.ts";

export type AddonActive = { cluster: string; addon: string };

const NAMESPACE = "kube-system";
/** EKS's registry in each region; the account differs in a few regions only. */
const REGISTRY = "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks";

/** An image's name with the add-on's version in it. */
function imageOf(image: string, version: string): string {
  const [number = "", build = ""] = version.split(/-(?=eksbuild)/);
  return `${REGISTRY}/${image.replace("{number}", number).replace("{build}", build)}`;
}

function workload(component: Component, version: string): Fields {
  const { namespace = NAMESPACE, kind, name, labels, account, containers, hostNetwork, replicas } = component;
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: account,
          priorityClassName: kind === "DaemonSet" ? "system-node-critical" : "system-cluster-critical",
          ...(hostNetwork ? { hostNetwork } : {}),
          tolerations: [{ operator: "Exists" }],
          containers: containers.map(({ name: container, image }) => ({
            name: container,
            image: imageOf(image, version),
          })),
        },
      },
    },
  };
}

/**
 * The objects of an add-on appear when EKS says ACTIVE; its pods start as all pods do. After an update, workloads
 * whose images changed are rolled.
 */
export function installAddon(world: World, client: ClusterClient, { cluster, addon }: AddonActive): void {
  const version = world.collection<AddonRecord>(COLLECTIONS.addons).get(`${cluster}/${addon}`)?.version ?? "";
  const components = COMPONENTS[addon] ?? [];
  const namespaces = new Set(components.flatMap(({ namespace }) => namespace ?? []));
  const accounts = new Map(
    components
      .filter(({ account }) => account !== "default")
      .map(({ account, namespace = NAMESPACE }) => [account, namespace]),
  );
  const objects: Fields[] = [
    ...[...namespaces].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...[...accounts].map(([name, namespace]) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace },
    })),
    ...components.map((component) => workload(component, version)),
    ...(EXTRAS[addon] ?? []),
  ];
  for (const object of objects) bring(client, object);
}

function bring(client: ClusterClient, object: Fields): void {
  const { name, namespace } = object.metadata as { name: string; namespace?: string };
  const live = client.get(String(object.apiVersion), String(object.kind), namespace, name);
  if (!live) client.create(object);
  else if (object.apiVersion === "apps/v1" && imagesOf(live.spec) !== imagesOf(object.spec))
    client.patch(live, { spec: { template: (object.spec as Fields).template as Fields } });
}

const imagesOf = (spec: unknown): string => {
  const { template } = spec as { template: { spec: { containers: { image: string }[] } } };
  return template.spec.containers.map(({ image }) => image).join(" ");
};

/** EKS takes an add-on's objects away with it unless told to preserve them. */
export function removeAddon(client: ClusterClient, { addon }: AddonActive): void {
  const workloads = (COMPONENTS[addon] ?? []).map((component) => workload(component, ""));
  for (const object of [...workloads, ...(EXTRAS[addon] ?? [])]) {
    const { name, namespace } = object.metadata as { name: string; namespace?: string };
    const live = client.get(String(object.apiVersion), String(object.kind), namespace, name);
    if (live) client.delete(live);
  }
}
