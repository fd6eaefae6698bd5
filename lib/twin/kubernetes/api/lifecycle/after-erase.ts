import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { textAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { finishNamespace } from "./namespace.ts";

/** What the loss of an object brings with it beyond its dependents. */
export function afterErase(state: ClusterState, kind: ResourceKind, object: ApiObject): void {
  if (kind.kind === "CustomResourceDefinition") removeInstances(state, object);
  if (object.metadata.namespace) finishNamespace(state, object.metadata.namespace);
}

/**
 * With a definition go its objects, whatever finalizers they have: the API server that would hold them is gone.
 * (A real one waits for their finalizers first, see `customresourcecleanup`; see `beforeDefinitionGoes`.)
 */
function removeInstances(state: ClusterState, definition: ApiObject): void {
  const [group, plural] = [
    textAt(definition, "spec", "group"),
    textAt(definition, "spec", "names", "plural"),
  ];
  const version = textAt(definition, "spec", "versions", "0", "name") ?? "v1";
  const kind: ResourceKind = {
    group: group ?? "",
    version,
    storageVersion: version,
    plural: plural ?? "",
    singular: "",
    kind: textAt(definition, "spec", "names", "kind") ?? "",
    listKind: "",
    namespaced: textAt(definition, "spec", "scope") === "Namespaced",
    shortNames: [],
    categories: [],
    subresources: [],
    counted: true,
  };
  for (const object of state.store.list(kind)) state.erase(kind, object);
}
