import { type AccessEntryRecord, COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { KubernetesUser } from "../../contract.ts";
import { SYSTEM_ROLES } from "../bootstrap/system-roles.ts";
import type { PolicyRule } from "./attributes.ts";
import type { Grant } from "./authorizer.ts";

const systemRules = (...names: string[]): PolicyRule[] =>
  SYSTEM_ROLES.filter((role) => names.includes(String(role.metadata.name))).flatMap(
    (role) => role.rules as unknown as PolicyRule[],
  );

const EVERYTHING: PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  { nonResourceURLs: ["*"], verbs: ["*"] },
];
const READ_EVERYTHING: PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] },
];
const VIEW = systemRules("system:aggregate-to-view");
const EDIT = [...VIEW, ...systemRules("system:aggregate-to-edit")];
const ADMIN = [...EDIT, ...systemRules("system:aggregate-to-admin")];

/**
 * What EKS's access policies allow: fixed lists that no RBAC object shows.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
const POLICIES: Readonly<Record<string, readonly PolicyRule[]>> = {
  AmazonEKSClusterAdminPolicy: EVERYTHING,
  AmazonEKSAdminPolicy: ADMIN,
  AmazonEKSEditPolicy: EDIT,
  AmazonEKSViewPolicy: VIEW,
  AmazonEKSAdminViewPolicy: READ_EVERYTHING,
};

/** The access entries of a cluster whose user this is. */
export function entriesOf(world: World, cluster: string, username: string): AccessEntryRecord[] {
  return world
    .collection<AccessEntryRecord>(COLLECTIONS.accessEntries)
    .values()
    .filter((entry) => entry.clusterName === cluster && sameUser(entry.username, username));
}

/** An entry's user name may carry the session's name, which is known only when someone comes. */
function sameUser(template: string, username: string): boolean {
  if (!template.includes("{{SessionName")) return template === username;
  const [before = "", after = ""] = template.split(/\{\{SessionName(?:Raw)?\}\}/);
  return username.startsWith(before) && username.endsWith(after);
}

export function accessPolicyRules(world: World, cluster: string, user: KubernetesUser): Grant[] {
  return entriesOf(world, cluster, user.username).flatMap((entry) =>
    entry.policies.flatMap(({ policyArn, scope }): Grant[] => {
      const rules = POLICIES[policyArn.split("/").at(-1) ?? ""] ?? [];
      if (scope.type === "cluster") return [{ namespace: undefined, rules }];
      return scope.namespaces.map((namespace) => ({ namespace, rules }));
    }),
  );
}
