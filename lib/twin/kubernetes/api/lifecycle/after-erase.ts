import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { finishDefinition } from "./definition.ts";
import { finishNamespace } from "./namespace.ts";

/** What the loss of an object brings with it beyond its dependents: someone may have waited for just that. */
export function afterErase(state: ClusterState, kind: ResourceKind, object: ApiObject): void {
  if (kind.custom) finishDefinition(state, kind.custom.definition);
  if (object.metadata.namespace) finishNamespace(state, object.metadata.namespace);
}
