import type { KubernetesObject, KubernetesResponse } from "../../../kubernetes/contract.ts";
import type { Json } from "../../../world/world.ts";
import { type ProviderContext, ProviderError } from "../../contract.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The API server's answer was an error; `status` is HTTP's. */
export class ApiError extends ProviderError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A provider's way to one API server, as the user that the build's role is there. */
export interface Connection {
  readonly cluster: string;
  request(method: Method, path: string, body?: Json, contentType?: string): Json;
  /** The resource's path segment and scope; undefined: the API server does not know the kind. */
  resource(apiVersion: string, kind: string): { plural: string; namespaced: boolean } | undefined;
}

const isError = (response: KubernetesResponse): boolean => response.status >= 400;

const messageOf = (response: KubernetesResponse): string =>
  String((response.body as { message?: Json } | null)?.message ?? `the server answered ${response.status}`);

/** @throws ProviderError in the words of Go's client when nothing answers at `host`. */
export function connect(context: ProviderContext, host: Json | undefined): Connection {
  const endpoint = typeof host === "string" ? host : "";
  const cluster = context.kubernetes.clusterAt(endpoint);
  if (cluster === undefined) {
    const name = endpoint.replace(/^https?:\/\//, "") || "localhost";
    throw new ProviderError(
      `Get "${endpoint || "http://localhost"}/api": dial tcp: lookup ${name}: no such host`,
    );
  }
  const { roleArn, sessionName } = context.principal;
  const server = context.kubernetes.cluster(cluster);
  const user = context.kubernetes.userOf(cluster, roleArn, sessionName);
  if (!user) throw new ApiError(401, "Unauthorized");
  const request: Connection["request"] = (method, path, body, contentType) => {
    const response = server.handle({
      user,
      method,
      path,
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
    if (isError(response)) throw new ApiError(response.status, messageOf(response));
    return response.body;
  };
  return { cluster, request, resource: (apiVersion, kind) => discover(request, apiVersion, kind) };
}

const groupPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

function discover(
  request: Connection["request"],
  apiVersion: string,
  kind: string,
): { plural: string; namespaced: boolean } | undefined {
  try {
    const list = request("GET", groupPath(apiVersion)) as {
      resources?: { name: string; kind: string; namespaced: boolean }[];
    };
    const found = (list.resources ?? []).find((one) => one.kind === kind && !one.name.includes("/"));
    return found ? { plural: found.name, namespaced: found.namespaced } : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Path of a resource's collection, or of one object when a name is given. */
export function pathOf(
  apiVersion: string,
  resource: { plural: string; namespaced: boolean },
  namespace: string | undefined,
  name?: string,
): string {
  const place = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
  return `${groupPath(apiVersion)}${place}/${resource.plural}${name === undefined ? "" : `/${name}`}`;
}

/** Path of an existing object's kind; @throws ProviderError if the API server does not know it. */
export function objectPath(connection: Connection, object: KubernetesObject, withName = true): string {
  const resource = connection.resource(object.apiVersion, object.kind);
  if (!resource)
    throw new ProviderError(
      `no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
    );
  const { name, namespace } = object.metadata;
  return pathOf(object.apiVersion, resource, namespace ?? "default", withName ? name : undefined);
}

/** The object as it is, or undefined. */
export function find(connection: Connection, object: KubernetesObject): KubernetesObject | undefined {
  try {
    return connection.request("GET", objectPath(connection, object)) as KubernetesObject;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
