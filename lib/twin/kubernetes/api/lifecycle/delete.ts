import { type ApiObject, timestamp } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { terminateDefinition } from "./definition.ts";
import { eraseObject, releaseForeground, withOwners } from "./erase.ts";
import { terminateNamespace } from "./namespace.ts";

export type Propagation = "Background" | "Foreground" | "Orphan";

/**
 * Deletes an object, or marks it and leaves it to those who put finalizers on it.
 * Pods go at once: there is no kubelet here that would need the grace period.
 * @returns the object as it is now, and whether it is gone
 */
export function deleteObject(
  state: ClusterState,
  kind: ResourceKind,
  object: ApiObject,
  { propagation }: { propagation: Propagation },
): { object: ApiObject; gone: boolean } {
  if (kind.kind === "Namespace" && !kind.group) return terminateNamespace(state, kind, object);
  if (kind.kind === "CustomResourceDefinition") return terminateDefinition(state, kind, object);
  const dependents = state.store.dependents(object.metadata.uid);
  if (propagation === "Orphan") orphan(state, object, dependents);
  const finalizers = [...(object.metadata.finalizers ?? [])];
  const waits = propagation === "Foreground" && dependents.length > 0;
  if (waits && !finalizers.includes("foregroundDeletion")) finalizers.push("foregroundDeletion");
  if (finalizers.length === 0) return { object: eraseObject(state, kind, object), gone: true };
  const marked = mark(state, kind, object, finalizers);
  if (waits) deleteDependents(state, kind, marked);
  const current = state.store.get(kind, object.metadata.namespace, object.metadata.name);
  const gone = current?.metadata.uid !== object.metadata.uid;
  return { object: current && !gone ? current : marked, gone };
}

function mark(state: ClusterState, kind: ResourceKind, object: ApiObject, finalizers: string[]): ApiObject {
  const { metadata } = object;
  if (metadata.deletionTimestamp && finalizers.length === metadata.finalizers?.length) return object;
  const marked = {
    ...object,
    metadata: {
      ...metadata,
      finalizers,
      deletionTimestamp: metadata.deletionTimestamp ?? timestamp(state.world.clock.now()),
      deletionGracePeriodSeconds: 0,
      // The API server counts the mark as a change of the specification.
      ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
    },
  };
  return state.write(kind, marked, object);
}

function orphan(state: ClusterState, owner: ApiObject, dependents: ApiObject[]): void {
  for (const dependent of dependents) {
    const kind = state.kinds.findKind(dependent.apiVersion, dependent.kind);
    const others = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
    if (kind) state.write(kind, withOwners(dependent, others), dependent);
  }
}

function deleteDependents(state: ClusterState, ownerKind: ResourceKind, owner: ApiObject): void {
  for (const dependent of state.store.dependents(owner.metadata.uid)) {
    const kind = state.kinds.findKind(dependent.apiVersion, dependent.kind);
    const { namespace, name, uid } = dependent.metadata;
    const current = kind && state.store.get(kind, namespace, name);
    if (kind && current?.metadata.uid === uid)
      deleteObject(state, kind, current, { propagation: "Foreground" });
  }
  const { namespace, name, uid } = owner.metadata;
  const current = state.store.get(ownerKind, namespace, name);
  const blocked = state.store
    .dependents(uid)
    .some(({ metadata }) =>
      metadata.ownerReferences?.some((own) => own.uid === uid && own.blockOwnerDeletion),
    );
  if (current?.metadata.uid === uid && !blocked) releaseForeground(state, ownerKind, current);
}
