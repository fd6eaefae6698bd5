import { COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import { type ClusterClient, pluralOf } from "../engine/cluster-client.ts";
import { mapAt, mapsAt, textAt } from "../engine/fields.ts";

export interface Scope {
  readonly includesNamespace: (namespace: string) => boolean;
  /** Null: what belongs to the included namespaces only. */
  readonly clusterResources: boolean | null;
}

export function scopeOf(backup: ApiObject): Scope {
  const { includedNamespaces, excludedNamespaces, includeClusterResources } = mapAt(backup, "spec");
  const included = Array.isArray(includedNamespaces) ? includedNamespaces.map(String) : [];
  const excluded = Array.isArray(excludedNamespaces) ? excludedNamespaces.map(String) : [];
  const everything = included.length === 0 || included.includes("*");
  return {
    includesNamespace: (namespace) =>
      (everything || included.includes(namespace)) && !excluded.includes(namespace),
    clusterResources: typeof includeClusterResources === "boolean" ? includeClusterResources : null,
  };
}

/** `deployments.apps`, `pods`: how Velero names a resource. */
export function resourceOf({ apiVersion, kind }: Pick<ApiObject, "apiVersion" | "kind">): string {
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  const plural = pluralOf(apiVersion, kind);
  return group === "" ? plural : `${plural}.${group}`;
}

/**
 * The objects of a backup: those of its namespaces, and of the cluster's all, none, or what belongs to those: the
 * namespaces, the volumes of their claims, the definitions of their custom resources, the roles bound to their
 * service accounts. @see velero, pkg/backup/item_collector.go and pkg/backup/actions
 */
export function collectObjects(backup: ApiObject, client: ClusterClient, world: World): ApiObject[] {
  const scope = scopeOf(backup);
  const all = world
    .collection<ApiObject>(COLLECTIONS.kubernetesObjects)
    .entries()
    .filter(([key]) => key.startsWith(`${client.cluster}/`))
    .map(([, object]) => object)
    .filter(({ kind }) => kind !== "Event");
  const namespaced = all.filter(
    ({ metadata }) => metadata.namespace !== undefined && scope.includesNamespace(metadata.namespace),
  );
  const ofCluster = all.filter(({ metadata }) => metadata.namespace === undefined);
  if (scope.clusterResources === true) return [...ofCluster, ...namespaced];
  const namespaces = ofCluster.filter(
    ({ kind, metadata }) => kind === "Namespace" && scope.includesNamespace(metadata.name),
  );
  if (scope.clusterResources === false) return [...namespaces, ...namespaced];
  return [...namespaces, ...related(ofCluster, namespaced), ...namespaced];
}

function related(ofCluster: readonly ApiObject[], namespaced: readonly ApiObject[]): ApiObject[] {
  const volumes = new Set(
    namespaced
      .filter(({ kind }) => kind === "PersistentVolumeClaim")
      .map((claim) => textAt(claim, "spec", "volumeName")),
  );
  const groups = new Set(namespaced.map((object) => resourceOf(object)));
  const bindings = ofCluster.filter(
    (object) =>
      object.kind === "ClusterRoleBinding" &&
      mapsAt(object, "subjects").some(
        ({ kind, name, namespace }) =>
          kind === "ServiceAccount" &&
          namespaced.some(
            (one) =>
              one.kind === "ServiceAccount" &&
              one.metadata.name === name &&
              one.metadata.namespace === namespace,
          ),
      ),
  );
  const roles = new Set(bindings.map((binding) => textAt(binding, "roleRef", "name")));
  return ofCluster.filter(
    (object) =>
      (object.kind === "PersistentVolume" && volumes.has(object.metadata.name)) ||
      (object.kind === "CustomResourceDefinition" && groups.has(object.metadata.name)) ||
      (object.kind === "ClusterRole" && roles.has(object.metadata.name)) ||
      bindings.includes(object),
  );
}

/** `v1/Pod` → `namespace/name`, sorted: a backup's resource list. */
export function resourceListOf(objects: readonly ApiObject[]): { [kind: string]: string[] } {
  const list: { [kind: string]: string[] } = {};
  for (const { apiVersion, kind, metadata } of objects) {
    const entry = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    list[`${apiVersion}/${kind}`] = [...(list[`${apiVersion}/${kind}`] ?? []), entry];
  }
  for (const entries of Object.values(list)) entries.sort();
  return Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
}
