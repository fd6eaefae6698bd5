import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { objectAt, sameJson } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { finishNamespace } from "./namespace.ts";

/** What follows from a change of an object inside the API server itself. */
export function afterUpdate(
  state: ClusterState,
  kind: ResourceKind,
  before: ApiObject,
  after: ApiObject,
): void {
  if (kind.kind === "Namespace" && !kind.group) finishNamespace(state, after.metadata.name);
  const names = objectAt(after, "spec", "names");
  if (kind.kind === "CustomResourceDefinition" && !sameJson(names, objectAt(before, "spec", "names"))) {
    const status = { ...objectAt(after, "status"), acceptedNames: names ?? {} };
    state.write(kind, { ...after, status }, after);
  }
}
