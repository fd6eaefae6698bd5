/** What a request wants to do, in RBAC's words. */
export interface AccessRequest {
  readonly verb: string;
  /** Present: a path that is no resource. */
  readonly path?: string;
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** A rule of a role. @see PolicyRule, rbac.authorization.k8s.io/v1 */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export function ruleAllows(rule: PolicyRule, request: AccessRequest): boolean {
  if (!has(rule.verbs, request.verb)) return false;
  if (request.path !== undefined)
    return (rule.nonResourceURLs ?? []).some((pattern) => urlMatches(pattern, request.path ?? ""));
  return (
    has(rule.apiGroups, request.group) &&
    resourceMatches(rule.resources ?? [], request.resource) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(request.name ?? ""))
  );
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes("*") || list.includes(value));

/** `*`, the name itself, or `*` with the subresource behind it. */
function resourceMatches(resources: readonly string[], wanted: string): boolean {
  if (resources.includes("*") || resources.includes(wanted)) return true;
  const subresource = wanted.split("/")[1];
  return subresource !== undefined && resources.includes(`*/${subresource}`);
}

function urlMatches(pattern: string, path: string): boolean {
  if (pattern === "*" || pattern === path) return true;
  return pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1));
}
