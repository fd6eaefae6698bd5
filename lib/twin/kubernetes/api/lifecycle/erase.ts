import type { ApiObject, OwnerReference } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { afterErase } from "./after-erase.ts";
import { deleteObject } from "./delete.ts";

/** Removes an object for good, and then what was there only because of it. */
export function eraseObject(state: ClusterState, kind: ResourceKind, object: ApiObject): ApiObject {
  const last = state.erase(kind, object);
  collectDependents(state, object);
  for (const owner of object.metadata.ownerReferences ?? []) finishForeground(state, object, owner);
  afterErase(state, kind, object);
  return last;
}

/** The object that a reference means, if it is still that one. */
export function ownerOf(
  state: ClusterState,
  dependent: ApiObject,
  reference: OwnerReference,
): { kind: ResourceKind; object: ApiObject } | undefined {
  const group = reference.apiVersion.includes("/") ? reference.apiVersion.split("/")[0] : "";
  const kind = state.kinds.all().find((known) => known.kind === reference.kind && known.group === group);
  if (!kind) return undefined;
  const namespace = kind.namespaced ? dependent.metadata.namespace : undefined;
  const object = state.store.get(kind, namespace, reference.name);
  return object?.metadata.uid === reference.uid ? { kind, object } : undefined;
}

/** Background garbage collection: at once, though a real collector takes a moment. */
function collectDependents(state: ClusterState, owner: ApiObject): void {
  for (const { metadata, apiVersion, kind: name } of state.store.dependents(owner.metadata.uid)) {
    const kind = state.kinds.findKind(apiVersion, name);
    const current = kind && state.store.get(kind, metadata.namespace, metadata.name);
    if (!kind || current?.metadata.uid !== metadata.uid) continue;
    const references = current.metadata.ownerReferences ?? [];
    const living = references.filter((reference) => ownerOf(state, current, reference));
    if (living.length === 0) deleteObject(state, kind, current, { propagation: "Background" });
    else state.write(kind, withOwners(current, living), current);
  }
}

export function withOwners(object: ApiObject, owners: OwnerReference[]): ApiObject {
  const { ownerReferences: _old, ...metadata } = object.metadata;
  return { ...object, metadata: owners.length > 0 ? { ...metadata, ownerReferences: owners } : metadata };
}

/** An owner that waits for its dependents goes with the last of those that block it. */
function finishForeground(state: ClusterState, dependent: ApiObject, reference: OwnerReference): void {
  const owner = ownerOf(state, dependent, reference);
  if (!owner?.object.metadata.finalizers?.includes("foregroundDeletion")) return;
  const isBlocked = state.store
    .dependents(reference.uid)
    .some((other) =>
      other.metadata.ownerReferences?.some((own) => own.uid === reference.uid && own.blockOwnerDeletion),
    );
  if (!isBlocked) releaseForeground(state, owner.kind, owner.object);
}

export function releaseForeground(state: ClusterState, kind: ResourceKind, owner: ApiObject): void {
  const finalizers = (owner.metadata.finalizers ?? []).filter((each) => each !== "foregroundDeletion");
  if (finalizers.length === 0) eraseObject(state, kind, owner);
  else state.write(kind, { ...owner, metadata: { ...owner.metadata, finalizers } }, owner);
}
