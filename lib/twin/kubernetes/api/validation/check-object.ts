import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { type FieldProblem, invalid } from "../status.ts";
import { checkContent } from "./content.ts";
import { checkImmutable } from "./immutable-fields.ts";
import { checkLabels, checkName } from "./names.ts";

/** Throws Invalid (422) with every problem of a new object. */
export function checkNew(_state: ClusterState, kind: ResourceKind, object: ApiObject): void {
  refuse(kind, object, [...checkName(kind, object), ...checkLabels(object), ...checkContent(kind, object)]);
}

/** Throws Invalid (422) with every problem of a change. */
export function checkChange(kind: ResourceKind, existing: ApiObject, changed: ApiObject): void {
  refuse(kind, changed, [
    ...checkLabels(changed),
    ...checkContent(kind, changed, existing),
    ...checkImmutable(kind, existing, changed),
  ]);
}

function refuse(kind: ResourceKind, object: ApiObject, problems: FieldProblem[]): void {
  if (problems.length > 0) throw invalid(kind, object.metadata.name, problems);
}
