import type { IncomingHttpHeaders } from "node:http";
import type { KubernetesUser } from "../../contract.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { ApiError, badRequest } from "../status.ts";

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * Whom the request is made as: its user, or the one of the `Impersonate-…` headers if its user may (`kubectl --as`).
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export function impersonated(
  authorizer: Authorizer,
  user: KubernetesUser,
  headers: IncomingHttpHeaders,
): KubernetesUser {
  const username = textOf(headers["impersonate-user"]);
  const groups = listOf(headers["impersonate-group"]);
  if (username === undefined) {
    if (groups.length > 0 || headers["impersonate-uid"] !== undefined)
      throw badRequest("requested impersonation without a user to impersonate");
    return user;
  }
  const [, namespace, account] = ACCOUNT.exec(username) ?? [];
  if (namespace !== undefined && account !== undefined)
    require(authorizer, user, { resource: "serviceaccounts", name: account, namespace });
  else require(authorizer, user, { resource: "users", name: username });
  for (const name of groups) require(authorizer, user, { resource: "groups", name });
  const accounts =
    namespace === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return { username, groups: [...new Set([...groups, ...accounts, "system:authenticated"])] };
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** Node joins the lines of a header that it does not know. */
const listOf = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter(Boolean);

function require(
  authorizer: Authorizer,
  user: KubernetesUser,
  { resource, name, namespace }: { resource: string; name: string; namespace?: string },
): void {
  if (authorizer.allows(user, { verb: "impersonate", group: "", resource, namespace, name })) return;
  const place = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  throw new ApiError(
    403,
    "Forbidden",
    `${resource} "${name}" is forbidden: User "${user.username}" cannot impersonate resource "${resource}" in API group "" ${place}`,
    { name, kind: resource },
  );
}
