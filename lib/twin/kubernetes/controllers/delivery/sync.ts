import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, isFields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { type Comparison, isOutOfSyncByFault } from "./comparison.ts";
import { agrees, desiredOf } from "./desired.ts";
import { liveOf, resource, tracked } from "./live-objects.ts";

/** A sync applies objects for about as long (from memory). */
const SYNC_MILLISECONDS = 5_000;
/** Self-heal 6 s. @see docs/latencies.md, "Argo CD self-heal" */
export const HEAL_MILLISECONDS = 6_000;

/** Automated: at once for a new revision or specification; for what drifted, only with self-heal and a little later. */
export function needsSync(
  application: ApiObject,
  { synced }: Comparison,
  context: ReconcileContext,
): "now" | "later" | "no" {
  if (isFields(application.operation)) return "now";
  const automated = mapAt(application, "spec", "syncPolicy").automated;
  if (synced || !isFields(automated) || automated.enabled === false) return "no";
  const state = mapAt(application, "status", "operationState");
  const finished = Date.parse(String(state.finishedAt ?? ""));
  const sameAsSynced =
    JSON.stringify(mapAt(state, "operation", "sync", "source")) ===
    JSON.stringify(mapAt(application, "spec", "source"));
  if (Number.isNaN(finished) || !sameAsSynced) return "now";
  // What a sync did not mend is not tried again for the same revision.
  if (automated.selfHeal !== true || isOutOfSyncByFault(application, context)) return "no";
  return context.now - finished >= context.scaled(HEAL_MILLISECONDS) ? "now" : "later";
}

export const revisionOf = (application: ApiObject): string =>
  textAt(application, "spec", "source", "targetRevision");

export function startSync(application: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const desired = desiredOf(application);
  if ("problem" in desired) return;
  for (const object of desired.objects) apply(object, client);
  const prune =
    mapAt(application, "spec", "syncPolicy", "automated").prune === true ||
    mapAt(application, "operation", "sync").prune === true;
  const wanted = desired.objects.map((object) => liveOf(object, client));
  if (prune) for (const live of tracked(application, client)) if (!wanted.includes(live)) client.delete(live);
  const operation: Fields = {
    sync: { prune, revision: revisionOf(application), source: mapAt(application, "spec", "source") },
    initiatedBy: { automated: true },
    retry: { limit: 5 },
  };
  const operationState = {
    operation,
    phase: "Running",
    message: "waiting for healthy state of resources",
    startedAt: timestamp(now),
    finishedAt: null,
  };
  client.patch(application, { operation: null, status: { operationState } } as unknown as Fields);
  context.after(SYNC_MILLISECONDS);
}

function apply(object: Fields, client: ClusterClient): void {
  const live = liveOf(object, client);
  if (!live) client.create(object);
  else if (!agrees(object, live)) client.patch(live, object);
}

export function finishSync(application: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const state = mapAt(application, "status", "operationState");
  const due = Date.parse(String(state.startedAt)) + context.scaled(SYNC_MILLISECONDS);
  if (due > now) {
    context.after((due - now) / context.options.latencyScale);
    return;
  }
  const revision = revisionOf(application);
  const source = mapAt(application, "spec", "source");
  const desired = desiredOf(application);
  const results = "objects" in desired ? desired.objects.map((object) => result(object)) : [];
  const history = mapsAt(application, "status", "history");
  const entry: Fields = {
    deployStartedAt: state.startedAt ?? "",
    deployedAt: timestamp(now),
    id: history.length,
    initiatedBy: { automated: true },
    revision,
    source,
  };
  const operationState: Fields = {
    ...state,
    phase: "Succeeded",
    message: "successfully synced (all tasks run)",
    finishedAt: timestamp(now),
    syncResult: { revision, source, resources: results },
  };
  client.patch(application, { status: { operationState, history: [...history, entry].slice(-10) } });
}

function result(object: Fields): Fields {
  const { status: _, ...identity } = resource(object, "Synced");
  return {
    // Of the core group, too: the field is required here, and left out in `status.resources`.
    group: "",
    ...identity,
    hookPhase: "Running",
    message: `${String(object.kind).toLowerCase()}/${String(identity.name)} created`,
    status: "Synced",
    syncPhase: "Sync",
  };
}
