import { type ApiObject, timestamp } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { deleteObject } from "./delete.ts";
import { eraseObject } from "./erase.ts";

const CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

/** The resource of a definition; undefined if it serves none. */
const servedBy = (state: ClusterState, definition: string): ResourceKind | undefined =>
  state.kinds.all().find((kind) => kind.custom?.definition === definition);

/** Deletes a definition's objects, and the definition with the last of them: finalizers on objects keep it there. */
export function terminateDefinition(
  state: ClusterState,
  kind: ResourceKind,
  definition: ApiObject,
): { object: ApiObject; gone: boolean } {
  const { metadata } = definition;
  const marked = metadata.deletionTimestamp
    ? definition
    : state.write(
        kind,
        {
          ...definition,
          metadata: {
            ...metadata,
            deletionTimestamp: timestamp(state.world.clock.now()),
            finalizers: [...(metadata.finalizers ?? []), CLEANUP],
          },
        },
        definition,
      );
  const instances = servedBy(state, metadata.name);
  for (const object of instances ? state.store.list(instances) : []) {
    const current = instances && state.store.get(instances, object.metadata.namespace, object.metadata.name);
    if (instances && current?.metadata.uid === object.metadata.uid)
      deleteObject(state, instances, current, { propagation: "Background" });
  }
  finishDefinition(state, metadata.name);
  const current = state.store.get(kind, undefined, metadata.name);
  return { object: current ?? marked, gone: current?.metadata.uid !== metadata.uid };
}

/** Lets a definition go that waited for its objects, if none is left. */
export function finishDefinition(state: ClusterState, name: string): void {
  const kind = state.builtIn("apiextensions.k8s.io", "customresourcedefinitions");
  const definition = state.store.get(kind, undefined, name);
  if (!definition?.metadata.finalizers?.includes(CLEANUP)) return;
  const instances = servedBy(state, name);
  if (instances && state.store.list(instances).length > 0) return;
  const finalizers = definition.metadata.finalizers.filter((each) => each !== CLEANUP);
  if (finalizers.length === 0) eraseObject(state, kind, definition);
  else state.write(kind, { ...definition, metadata: { ...definition.metadata, finalizers } }, definition);
}
