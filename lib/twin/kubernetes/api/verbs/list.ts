import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { isObject, type JsonObject } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { checkExact, countIn, revisionIn } from "../numbers-in-query.ts";
import { selection } from "../selectors.ts";
import { badRequest, expired } from "../status.ts";

export interface Page {
  readonly items: ApiObject[];
  readonly metadata: JsonObject;
}

const positionOf = ({ metadata }: ApiObject): string => `${metadata.namespace ?? ""}\u0000${metadata.name}`;

/** The objects that a list asks for, one page of them if it sets a limit. */
export function listObjects(
  state: ClusterState,
  kind: ResourceKind,
  namespace: string | undefined,
  query: URLSearchParams,
): Page {
  checkExact(query, revisionIn(query, state.store.revision), state.store.revision);
  const chosen = state.store.list(kind, namespace).filter(selection(kind, query));
  const limit = countIn(query, "limit");
  const token = query.get("continue");
  const start = token ? tokenOf(state, token) : { revision: state.store.revision, after: "" };
  const rest = token ? chosen.filter((object) => positionOf(object) > start.after) : chosen;
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const last = items.at(-1);
  const remaining = rest.length - items.length;
  return {
    items,
    metadata: {
      resourceVersion: String(start.revision),
      ...(remaining > 0 && last ? { continue: encode(start.revision, positionOf(last)) } : {}),
      ...(remaining > 0 && !query.get("labelSelector") && !query.get("fieldSelector")
        ? { remainingItemCount: remaining }
        : {}),
    },
  };
}

const encode = (revision: number, after: string): string =>
  Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: after })).toString("base64url");

/** How many changes a page may be behind; etcd's compaction forgets after five minutes. */
const OLDEST = 10_000;

function tokenOf(state: ClusterState, token: string): { revision: number; after: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    const { rv, start } = (isObject(parsed) ? parsed : {}) as { rv?: unknown; start?: unknown };
    if (typeof rv !== "number" || typeof start !== "string") throw badRequest("continue key is not valid");
    if (state.store.revision - rv > OLDEST)
      throw expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
      );
    return { revision: rv, after: start };
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest("continue key is not valid");
    throw error;
  }
}
