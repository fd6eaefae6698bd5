import type { ClusterState } from "../cluster-state.ts";
import { at, objectsAt } from "../json-values.ts";
import { matchesSelector } from "../selectors.ts";
import type { PolicyRule } from "./attributes.ts";

const RBAC = "rbac.authorization.k8s.io";

const rulesIn = (object: Parameters<typeof objectsAt>[0]): PolicyRule[] =>
  objectsAt(object, "rules") as unknown as PolicyRule[];

/** The rules of a Role (with its namespace) or a ClusterRole, those that it aggregates with them. */
export function rulesOfRole(
  state: ClusterState,
  namespace: string | undefined,
  name: string,
  seen: readonly string[] = [],
): PolicyRule[] {
  const kind = state.builtIn(RBAC, namespace === undefined ? "clusterroles" : "roles");
  const role = state.store.get(kind, namespace, name);
  if (!role || seen.includes(name)) return [];
  const selectors = objectsAt(role, "aggregationRule", "clusterRoleSelectors");
  // An aggregating role's own rules are written over by the controller.
  if (selectors.length === 0) return rulesIn(role);
  return state.store
    .list(kind)
    .filter((other) => selectors.some((selector) => matchesSelector(selector, other.metadata.labels ?? {})))
    .flatMap((other) =>
      at(other, "aggregationRule")
        ? rulesOfRole(state, undefined, other.metadata.name, [...seen, name])
        : rulesIn(other),
    );
}
