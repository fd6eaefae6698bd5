import type { KubernetesUser } from "../../contract.ts";
import type { ClusterState } from "../cluster-state.ts";
import { type JsonObject, objectsAt, textAt } from "../json-values.ts";
import { accessPolicyRules } from "./access-policies.ts";
import { type AccessRequest, type PolicyRule, ruleAllows } from "./attributes.ts";
import { rulesOfRole } from "./roles.ts";

/** Rules that hold in a namespace, or everywhere. */
export interface Grant {
  readonly namespace: string | undefined;
  readonly rules: readonly PolicyRule[];
}

/** Decides from the cluster's RBAC objects and from EKS's access policies. */
export class Authorizer {
  readonly #state: ClusterState;
  #grants = new Map<string, Grant[]>();
  #revision = -1;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  allows(user: KubernetesUser, request: AccessRequest): boolean {
    if (user.groups.includes("system:masters")) return true;
    return this.grantsOf(user).some(
      (grant) =>
        (grant.namespace === undefined || grant.namespace === request.namespace) &&
        (request.path === undefined || grant.namespace === undefined) &&
        grant.rules.some((rule) => ruleAllows(rule, request)),
    );
  }

  grantsOf(user: KubernetesUser): Grant[] {
    return [...this.#bound(user), ...accessPolicyRules(this.#state.world, this.#state.name, user)];
  }

  /** What bindings give, kept until an RBAC object changes. */
  #bound(user: KubernetesUser): Grant[] {
    if (this.#revision !== this.#state.permissionsRevision) {
      this.#grants = new Map();
      this.#revision = this.#state.permissionsRevision;
    }
    const key = JSON.stringify([user.username, user.groups]);
    const known = this.#grants.get(key);
    if (known) return known;
    const grants = [...this.#from("clusterrolebindings", user), ...this.#from("rolebindings", user)];
    this.#grants.set(key, grants);
    return grants;
  }

  #from(plural: "clusterrolebindings" | "rolebindings", user: KubernetesUser): Grant[] {
    const bindings = this.#state.store.list(this.#state.builtIn("rbac.authorization.k8s.io", plural));
    return bindings
      .filter((binding) =>
        objectsAt(binding, "subjects").some((subject) =>
          isSubject(subject, user, binding.metadata.namespace),
        ),
      )
      .map((binding) => ({
        namespace: binding.metadata.namespace,
        rules: rulesOfRole(
          this.#state,
          textAt(binding, "roleRef", "kind") === "Role" ? binding.metadata.namespace : undefined,
          textAt(binding, "roleRef", "name") ?? "",
        ),
      }));
  }
}

function isSubject(subject: JsonObject, user: KubernetesUser, namespace: string | undefined): boolean {
  const name = String(subject.name ?? "");
  switch (subject.kind) {
    case "User":
      return user.username === name;
    case "Group":
      return user.groups.includes(name);
    case "ServiceAccount":
      return user.username === `system:serviceaccount:${String(subject.namespace ?? namespace)}:${name}`;
    default:
      return false;
  }
}
