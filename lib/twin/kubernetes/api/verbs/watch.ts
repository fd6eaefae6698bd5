import type { Json } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesResponse } from "../../contract.ts";
import type { ApiServer } from "../api-server.ts";
import { authorizeRequest } from "../authorization/authorize-request.ts";
import { apiVersionOf, type ResourceKind } from "../kinds/resource-kind.ts";
import { countIn, revisionIn } from "../numbers-in-query.ts";
import { representObject } from "../representation.ts";
import { routeOf } from "../request-route.ts";
import { selection } from "../selectors.ts";
import { ApiError, expired, noSuchResource } from "../status.ts";
import type { Change } from "../storage/change-log.ts";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: Json;
}

/** A running watch, or why there is none. */
export type Watch =
  | {
      readonly stop: () => void;
      /** Sends where the watch stands, if it asks for that. */
      readonly bookmark: () => void;
    }
  | KubernetesResponse;

export const isWatch = (path: string): boolean => {
  const { query, resource } = routeOf(path);
  return resource !== undefined && (query.get("watch") === "true" || query.get("watch") === "1");
};

/** Sends every change that the request asks for, beginning after its resourceVersion or with all there is. */
export function watchObjects(
  server: ApiServer,
  request: KubernetesRequest,
  send: (event: WatchEvent) => void,
): Watch {
  server.reach();
  try {
    return startWatch(server, request, send);
  } catch (error) {
    if (error instanceof ApiError) return error.response;
    throw error;
  }
}

function startWatch(server: ApiServer, request: KubernetesRequest, send: (event: WatchEvent) => void): Watch {
  const route = routeOf(request.path);
  authorizeRequest(server.authorizer, request, route);
  const { state } = server;
  const wanted = route.resource;
  const kind = wanted && state.kinds.find(wanted.group, wanted.version, wanted.plural);
  if (!wanted || !kind) throw noSuchResource();
  const namespace = kind.namespaced ? wanted.namespace : undefined;
  const selected = selection(kind, route.query);
  const matches: typeof selected = (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (wanted.name === undefined || object.metadata.name === wanted.name) &&
    selected(object);
  const shown = (object: Change["object"]): Json =>
    representObject(kind, object, request, state.world.clock.now());
  const forward = (change: Change): void => {
    const type = eventType(change, matches);
    if (type) send({ type, object: shown(change.object) });
  };
  const version = revisionIn(route.query, state.store.revision);
  countIn(route.query, "timeoutSeconds");
  if (version === undefined || route.query.get("sendInitialEvents") === "true")
    for (const object of state.store.list(kind, namespace).filter(matches))
      send({ type: "ADDED", object: shown(object) });
  else for (const change of missed(server, kind, version)) forward(change);
  if (route.query.get("sendInitialEvents") === "true") send(initialEnd(kind, state.store.revision));
  const wantsBookmarks = ["true", "1"].includes(route.query.get("allowWatchBookmarks") ?? "");
  return {
    stop: state.log.subscribe(kind, forward),
    bookmark: () => {
      if (wantsBookmarks) send(bookmarkAt(kind, state.store.revision));
    },
  };
}

function missed({ state }: ApiServer, kind: ResourceKind, revision: number): Change[] {
  const changes = state.log.since(revision, kind);
  if (!changes) throw expired(`too old resource version: ${revision} (${state.store.revision})`);
  return changes;
}

/** To a watch with a selector, an object that begins to match appears, and one that ceases to is gone. */
function eventType(
  { type, object, previous }: Change,
  matches: (object: Change["object"]) => boolean,
): WatchEvent["type"] | undefined {
  const [did, does] = [previous !== undefined && matches(previous), matches(object)];
  if (type === "DELETED") return did ? "DELETED" : undefined;
  if (!did) return does ? "ADDED" : undefined;
  return does ? "MODIFIED" : "DELETED";
}

/** Says that all that was there has been sent. */
const initialEnd = (kind: ResourceKind, revision: number): WatchEvent =>
  bookmarkAt(kind, revision, { "k8s.io/initial-events-end": "true" });

const bookmarkAt = (
  kind: ResourceKind,
  revision: number,
  annotations?: { [key: string]: string },
): WatchEvent => ({
  type: "BOOKMARK",
  object: {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { resourceVersion: String(revision), ...(annotations ? { annotations } : {}) },
  },
});
