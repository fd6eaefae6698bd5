import { type ApiObject, timestamp } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { objectAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { deleteObject } from "./delete.ts";

/** Namespaces that the API server keeps. */
export const PERMANENT_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/**
 * Marks a namespace Terminating, deletes what is in it, and the namespace too when nothing is left.
 * Objects with finalizers keep it there, as they do in a real cluster.
 */
export function terminateNamespace(
  state: ClusterState,
  kind: ResourceKind,
  namespace: ApiObject,
): { object: ApiObject; gone: boolean } {
  let marked = namespace;
  if (!namespace.metadata.deletionTimestamp) {
    const deletionTimestamp = timestamp(state.world.clock.now());
    const status = { ...objectAt(namespace.status), phase: "Terminating" };
    marked = state.write(
      kind,
      { ...namespace, metadata: { ...namespace.metadata, deletionTimestamp }, status },
      namespace,
    );
  }
  const { name } = namespace.metadata;
  const content = contentOf(state, name);
  // What owns others goes first, so that it does not make them anew.
  const rank = (object: ApiObject): number => object.metadata.ownerReferences?.length ?? 0;
  for (const { kind: each, object } of content.sort((a, b) => rank(a.object) - rank(b.object))) {
    const current = state.store.get(each, name, object.metadata.name);
    if (current?.metadata.uid === object.metadata.uid)
      deleteObject(state, each, current, { propagation: "Background" });
  }
  finishNamespace(state, name);
  const current = state.store.get(kind, undefined, name);
  return { object: current ?? marked, gone: current === undefined };
}

/** Removes a Terminating namespace once it is empty and nobody holds it by a finalizer. */
export function finishNamespace(state: ClusterState, name: string): void {
  const kind = state.builtIn("", "namespaces");
  const namespace = state.store.get(kind, undefined, name);
  if (!namespace?.metadata.deletionTimestamp || namespace.metadata.finalizers?.length) return;
  if (contentOf(state, name).length === 0) state.erase(kind, namespace);
}

function contentOf(state: ClusterState, namespace: string): { kind: ResourceKind; object: ApiObject }[] {
  return state.kinds
    .stored()
    .filter((kind) => kind.namespaced)
    .flatMap((kind) => state.store.list(kind, namespace).map((object) => ({ kind, object })));
}
