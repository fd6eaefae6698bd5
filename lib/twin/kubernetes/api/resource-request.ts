import type { Json } from "../../world/world.ts";
import type { KubernetesRequest, KubernetesResponse } from "../contract.ts";
import type { ApiObject } from "./api-object.ts";
import type { ApiServer } from "./api-server.ts";
import { answerQuestion } from "./authorization/reviews.ts";
import { apiVersionOf } from "./kinds/resource-kind.ts";
import { answerMetrics } from "./metrics/metrics-api.ts";
import { representList, representObject } from "./representation.ts";
import type { RequestRoute, ResourceRoute } from "./request-route.ts";
import { servedObject, storedBody } from "./served-object.ts";
import { proxyService } from "./service-proxy.ts";
import { shownObjects } from "./shown-objects.ts";
import { methodNotAllowed, noSuchResource, notFound } from "./status.ts";
import { answerSubresource } from "./subresources.ts";
import { createObject } from "./verbs/create.ts";
import { deleteMany, deleteOne } from "./verbs/delete.ts";
import { listObjects } from "./verbs/list.ts";
import { patchObject } from "./verbs/patch.ts";
import { replaceObject } from "./verbs/update.ts";
import type { WriteRequest } from "./verbs/write-request.ts";

type Route = RequestRoute & { readonly resource: ResourceRoute };

/** Answers a request for a resource that its user may make. */
export function answerResource(
  server: ApiServer,
  request: KubernetesRequest,
  route: Route,
): KubernetesResponse {
  const write = parse(server, request, route);
  const response = answer(server, request, write);
  return write.warnings.length > 0 ? { ...response, warnings: write.warnings } : response;
}

function answer(server: ApiServer, request: KubernetesRequest, write: WriteRequest): KubernetesResponse {
  if (write.kind.computed) return answerMetrics(write, request);
  if (write.kind.question) return { status: 201, body: answerQuestion(server.authorizer, write, request) };
  if (write.subresource === "proxy" && write.kind.kind === "Service") {
    if (request.method !== "GET") throw methodNotAllowed();
    return proxyService(write, request);
  }
  if (write.subresource) return answerSubresource(write, request);
  if (write.name === undefined) return answerCollection(write, request);
  return answerOne(write, request);
}

function parse(server: ApiServer, { user }: KubernetesRequest, { resource, query }: Route): WriteRequest {
  const { state } = server;
  const kind = state.kinds.find(resource.group, resource.version, resource.plural);
  if (!kind) throw noSuchResource();
  const isProxied = kind.group === "" && kind.plural === "services" && resource.subresource === "proxy";
  if (resource.subresource && !isProxied && !kind.subresources.includes(resource.subresource))
    throw noSuchResource();
  const namespace = kind.namespaced ? resource.namespace : undefined;
  if (!kind.namespaced && resource.namespace !== undefined && kind.plural !== "namespaces")
    throw noSuchResource();
  if (kind.namespaced && resource.name !== undefined && namespace === undefined) throw noSuchResource();
  const { name, subresource } = resource;
  return {
    state,
    kind,
    namespace,
    name,
    subresource,
    query,
    user,
    authorizer: server.authorizer,
    warnings: [],
  };
}

function answerCollection(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  const { state, kind, namespace, query } = write;
  switch (request.method) {
    case "GET": {
      const { items, metadata } = listObjects(state, kind, namespace, query);
      const page = { items: shownObjects(state.world, kind, items, { namespace }), metadata };
      return { status: 200, body: representList(kind, page, request, state.world.clock.now()) };
    }
    case "POST": {
      if (kind.namespaced && namespace === undefined) throw methodNotAllowed();
      return shown(write, request, createObject(write, storedBody(kind, request.body)), 201);
    }
    case "DELETE": {
      const page = listObjects(state, kind, namespace, query);
      deleteMany(write, page.items, request.body);
      return { status: 200, body: { ...listOf(write, page.items), metadata: page.metadata } };
    }
    default:
      throw methodNotAllowed();
  }
}

const listOf = ({ kind }: WriteRequest, items: ApiObject[]): { [key: string]: Json } => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.listKind,
  items: items.map((item) => servedObject(kind, item)),
});

function answerOne(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  switch (request.method) {
    case "GET":
      return shown(write, request, shownObject(write));
    case "PUT":
      return shown(write, request, replaceObject(write, storedBody(write.kind, request.body)));
    case "PATCH": {
      const { object, created } = patchObject(write, request.contentType ?? "", request.body);
      return shown(write, request, object, created ? 201 : 200);
    }
    case "DELETE":
      return { status: 200, body: deleteOne(write, request.body).object };
    default:
      throw methodNotAllowed();
  }
}

/** @throws ApiError 404 for an object that is not shown, whether there is none or a fault hides it */
function shownObject(write: WriteRequest): ApiObject {
  const { state, kind, namespace, name = "" } = write;
  const stored = state.store.get(kind, namespace, name);
  const [object] = shownObjects(state.world, kind, stored ? [stored] : [], { namespace, name });
  if (!object) throw notFound(kind, name);
  return object;
}

function shown(
  { kind, state }: WriteRequest,
  request: KubernetesRequest,
  object: ApiObject,
  status = 200,
): KubernetesResponse {
  return { status, body: representObject(kind, object, request, state.world.clock.now()) };
}
