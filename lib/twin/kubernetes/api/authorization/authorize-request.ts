import type { KubernetesRequest } from "../../contract.ts";
import type { RequestRoute, ResourceRoute } from "../request-route.ts";
import { ApiError } from "../status.ts";
import type { AccessRequest } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";

const WITH_NAME: Readonly<Record<string, string>> = {
  GET: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
  POST: "create",
};
const WITHOUT_NAME: Readonly<Record<string, string>> = {
  GET: "list",
  POST: "create",
  DELETE: "deletecollection",
  PATCH: "patch",
  PUT: "update",
};

const isWatch = (query: URLSearchParams): boolean => ["true", "1", ""].includes(query.get("watch") ?? "no");

export function accessOf(method: string, { path, query, resource }: RequestRoute): AccessRequest {
  if (!resource)
    return {
      verb: method.toLowerCase(),
      path,
      group: "",
      resource: "",
      namespace: undefined,
      name: undefined,
    };
  const verb = (resource.name ? WITH_NAME : WITHOUT_NAME)[method] ?? method.toLowerCase();
  return {
    verb: verb === "list" && isWatch(query) ? "watch" : verb,
    group: resource.group,
    resource: resource.subresource ? `${resource.plural}/${resource.subresource}` : resource.plural,
    namespace: resource.namespace,
    name: resource.name,
  };
}

/** Throws 403 in the API server's own words unless the user may. */
export function authorizeRequest(
  authorizer: Authorizer,
  { user, method }: Pick<KubernetesRequest, "user" | "method">,
  route: RequestRoute,
): void {
  const access = accessOf(method, route);
  if (authorizer.allows(user, access)) return;
  if (!route.resource)
    throw new ApiError(
      403,
      "Forbidden",
      `forbidden: User "${user.username}" cannot ${access.verb} path "${route.path}"`,
      {},
    );
  throw forbiddenTo(user.username, access, route.resource);
}

function forbiddenTo(
  username: string,
  access: AccessRequest,
  { group, plural, name }: ResourceRoute,
): ApiError {
  const type = group ? `${plural}.${group}` : plural;
  const subject = name ? `${type} "${name}"` : type;
  const place = access.namespace ? `in the namespace "${access.namespace}"` : "at the cluster scope";
  return new ApiError(
    403,
    "Forbidden",
    `${subject} is forbidden: User "${username}" cannot ${access.verb} resource "${access.resource}" in API group "${group}" ${place}`,
    { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural },
  );
}
