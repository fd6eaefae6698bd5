import type { ApiObject } from "../api-object.ts";
import { objectsAt, textAt } from "../json-values.ts";
import { forbidden } from "../status.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import { type AccessRequest, type PolicyRule, ruleAllows } from "./attributes.ts";
import { rulesOfRole } from "./roles.ts";

const GROUP = "rbac.authorization.k8s.io";

/**
 * Throws Forbidden (403) if a role or a binding would give what its writer does not have, unless the writer may
 * `escalate` the role or `bind` what is bound.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export function checkEscalation(request: WriteRequest, object: ApiObject): void {
  const { kind, user, state } = request;
  if (kind.group !== GROUP || user.groups.includes("system:masters")) return;
  const { name, namespace } = object.metadata;
  if (kind.plural === "roles" || kind.plural === "clusterroles") {
    if (may(request, "escalate", kind.plural, namespace, name)) return;
    refuse(request, object, objectsAt(object, "rules") as unknown as PolicyRule[]);
    return;
  }
  const isClusterRole = textAt(object, "roleRef", "kind") === "ClusterRole";
  const bound = textAt(object, "roleRef", "name") ?? "";
  if (may(request, "bind", isClusterRole ? "clusterroles" : "roles", namespace, bound)) return;
  refuse(request, object, rulesOfRole(state, isClusterRole ? undefined : namespace, bound));
}

const may = (
  { authorizer, user }: WriteRequest,
  verb: string,
  resource: string,
  namespace: string | undefined,
  name: string,
): boolean => authorizer.allows(user, { verb, group: GROUP, resource, namespace, name });

function refuse(request: WriteRequest, object: ApiObject, rules: readonly PolicyRule[]): void {
  const { authorizer, user, kind } = request;
  const { name, namespace } = object.metadata;
  const held = authorizer
    .grantsOf(user)
    .filter((grant) => grant.namespace === undefined || grant.namespace === namespace)
    .flatMap((grant) => grant.rules);
  const lacking = rules.filter(
    (rule) => !accessesOf(rule).every((access) => held.some((one) => ruleAllows(one, access))),
  );
  if (lacking.length === 0) return;
  const groups = JSON.stringify(user.groups);
  throw forbidden(
    kind,
    name,
    `user ${JSON.stringify(user.username)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${lacking.map(described).join("\n")}`,
  );
}

/** All that a rule allows, one by one; `*` is held only by who has it. */
function accessesOf(rule: PolicyRule): AccessRequest[] {
  const urls = (rule.nonResourceURLs ?? []).map((path) => ({
    path,
    group: "",
    resource: "",
    name: undefined,
  }));
  const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  const resources = (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) => names.map((name) => ({ group, resource, name }))),
  );
  return rule.verbs.flatMap((verb) =>
    [...urls, ...resources].map((what) => ({ ...what, verb, namespace: undefined })),
  );
}

/** As upstream writes a rule. */
function described(rule: PolicyRule): string {
  const fields: [string, readonly string[] | undefined][] = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["ResourceNames", rule.resourceNames],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["Verbs", rule.verbs],
  ];
  const shown = fields.filter(([, values]) => values?.length);
  return `{${shown.map(([name, values]) => `${name}:${JSON.stringify(values)}`).join(", ")}}`;
}
