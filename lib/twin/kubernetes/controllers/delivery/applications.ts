import { COLLECTIONS, type FaultRecord } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Change, Controller, ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, type Fields, isFields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";
import { agrees, desiredOf, TRACKING } from "./desired.ts";
import { type Health, healthOf, worse } from "./health.ts";

const ARGO = "argoproj.io/v1alpha1";
const FINALIZER = "resources-finalizer.argocd.argoproj.io";

/** An application is compared a few seconds after it appears, and its sync applies objects for about as long (from memory). */
const COMPARE_MILLISECONDS = 3_000;
const SYNC_MILLISECONDS = 5_000;
/** Self-heal 6 s. @see docs/latencies.md, "Argo CD self-heal" */
const HEAL_MILLISECONDS = 6_000;
/** Compared anew at least so often. @see argocd-cm `timeout.reconciliation`, 120 s with up to 60 s of jitter since 3.0 */
const REFRESH_MILLISECONDS = 180_000;

/**
 * Argo CD's application controller: compares, syncs, judges health, heals, prunes, and deletes what it made when the
 * Application with the finalizer goes.
 * Honours the fault `application-out-of-sync` { application }: the comparison finds one resource different although
 * it is not; syncing does not mend it (as with a field that a webhook rewrites).
 */
export const applications: Controller = {
  name: "argocd-applications",
  watches: {
    Application: "self",
    StatefulSet: (change, client) =>
      change.name === "argocd-application-controller" ? all(client) : tracking(change, client),
    Deployment: (change, client) => tracking(change, client),
    Service: (change, client) => tracking(change, client),
    NetworkPolicy: (change, client) => tracking(change, client),
  },
  reconcile(application, context) {
    if (!isRunning(context.client, "StatefulSet", "argocd-application-controller")) return;
    if (application.metadata.deletionTimestamp) remove(application, context);
    else if (mapAt(application, "status", "operationState").phase === "Running")
      finishSync(application, context);
    else compare(application, context);
  },
};

const all = (client: ClusterClient) => client.list(ARGO, "Application").map((one) => client.referenceOf(one));

/** The application that a changed object belongs to; of an object that is gone, those that deploy to its namespace. */
function tracking(change: Change, client: ClusterClient) {
  const object = client.get(change.apiVersion, change.kind, change.namespace ?? undefined, change.name);
  const owner = object && annotationsOf(object)[TRACKING]?.split(":")[0];
  return client
    .list(ARGO, "Application")
    .filter((one) =>
      object
        ? one.metadata.name === owner
        : textAt(one, "spec", "destination", "namespace") === change.namespace,
    )
    .map((one) => client.referenceOf(one));
}

const liveOf = (wanted: Fields, client: ClusterClient): ApiObject | undefined => {
  const { name, namespace } = mapAt(wanted, "metadata");
  return client.get(
    String(wanted.apiVersion),
    String(wanted.kind),
    typeof namespace === "string" ? namespace : undefined,
    String(name),
  );
};

/** Kinds that applications here consist of, for finding what should be pruned. */
const PRUNABLE: readonly (readonly [string, string])[] = [
  ["v1", "Service"],
  ["v1", "ServiceAccount"],
  ["v1", "ConfigMap"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
];

function tracked(application: ApiObject, client: ClusterClient): ApiObject[] {
  const namespace = textAt(application, "spec", "destination", "namespace");
  return PRUNABLE.flatMap(([apiVersion, kind]) => client.list(apiVersion, kind, namespace)).filter(
    (object) => annotationsOf(object)[TRACKING]?.split(":")[0] === application.metadata.name,
  );
}

const isOutOfSyncByFault = (application: ApiObject, { world }: ReconcileContext): boolean =>
  world
    .collection<FaultRecord>(COLLECTIONS.faults)
    .values()
    .some(
      (fault) =>
        fault.kind === "application-out-of-sync" &&
        fault.application === application.metadata.name &&
        fault.remaining !== 0,
    );

interface Comparison {
  readonly resources: Fields[];
  readonly synced: boolean;
  readonly health: Health;
  readonly images: string[];
}

function comparison(application: ApiObject, objects: Fields[], context: ReconcileContext): Comparison {
  const { client } = context;
  const faulty = isOutOfSyncByFault(application, context);
  const resources: Fields[] = [];
  let health: Health = "Healthy";
  let present = 0;
  const images = new Set<string>();
  for (const [index, wanted] of objects.entries()) {
    const live = liveOf(wanted, client);
    if (live) present += 1;
    health = worse(health, (live && healthOf(live)) ?? "Healthy");
    for (const { image } of mapsAt(live, "spec", "template", "spec", "containers")) images.add(String(image));
    const synced = live !== undefined && agrees(wanted, live) && !(faulty && index === objects.length - 1);
    resources.push(resource(wanted, synced ? "Synced" : "OutOfSync"));
  }
  const extra = tracked(application, client).filter(
    (live) => !objects.some((wanted) => liveOf(wanted, client) === live),
  );
  for (const live of extra)
    resources.push({ ...resource(live as Fields, "OutOfSync"), requiresPruning: true });
  const synced = resources.every(({ status }) => status === "Synced");
  return {
    resources,
    synced,
    health: present === 0 && objects.length > 0 ? "Missing" : health,
    images: [...images].sort(),
  };
}

function resource(object: Fields, status: string): Fields {
  const apiVersion = String(object.apiVersion);
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const { name, namespace } = mapAt(object, "metadata");
  return {
    ...(group ? { group } : {}),
    kind: String(object.kind),
    name: name ?? "",
    namespace: namespace ?? "",
    status,
    version: version ?? "",
  };
}

function compare(application: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const age = now - Date.parse(application.metadata.creationTimestamp);
  if (age < context.scaled(COMPARE_MILLISECONDS)) {
    context.after(COMPARE_MILLISECONDS);
    return;
  }
  const desired = desiredOf(application);
  if ("problem" in desired) {
    fail(application, desired.problem, context);
    return;
  }
  const found = comparison(application, desired.objects, context);
  writeStatus(application, found, context);
  const sync = needsSync(application, found, context);
  if (sync === "now")
    startSync(
      client.get(ARGO, "Application", application.metadata.namespace, application.metadata.name) ??
        application,
      context,
    );
  else context.after(sync === "later" ? HEAL_MILLISECONDS : REFRESH_MILLISECONDS);
}

/** Automated: at once for a new revision or specification; for what drifted, only with self-heal and a little later. */
function needsSync(
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

const revisionOf = (application: ApiObject): string =>
  textAt(application, "spec", "source", "targetRevision");

function startSync(application: ApiObject, context: ReconcileContext): void {
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

function finishSync(application: ApiObject, context: ReconcileContext): void {
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

function writeStatus(application: ApiObject, found: Comparison, { client, now }: ReconcileContext): void {
  const before = mapAt(application, "status");
  const source = mapAt(application, "spec", "source");
  const finishedAt = String(mapAt(before, "operationState").finishedAt ?? "");
  const status: Fields = {
    controllerNamespace: application.metadata.namespace ?? "argocd",
    health: {
      status: found.health,
      lastTransitionTime:
        textAt(before, "health", "status") === found.health
          ? textAt(before, "health", "lastTransitionTime")
          : timestamp(now),
    },
    resourceHealthSource: "appTree",
    resources: found.resources,
    sourceType: "Helm",
    summary: { images: found.images },
    sync: {
      comparedTo: { destination: mapAt(application, "spec", "destination"), source },
      revision: revisionOf(application),
      status: found.synced ? "Synced" : "OutOfSync",
    },
  };
  const seen = Date.parse(textAt(before, "reconciledAt"));
  const unseen = Number.isNaN(seen) || (finishedAt !== "" && seen <= Date.parse(finishedAt));
  const same =
    Object.entries(status).every(([key, value]) => JSON.stringify(before[key]) === JSON.stringify(value)) &&
    before.conditions === undefined;
  if (same && !unseen && now - seen < REFRESH_MILLISECONDS) return;
  client.patch(application, { status: { ...status, conditions: null, reconciledAt: timestamp(now) } });
}

function fail(application: ApiObject, message: string, { client, now, after }: ReconcileContext): void {
  const [known] = mapsAt(application, "status", "conditions");
  if (known?.message !== message) {
    const conditions = [{ type: "ComparisonError", message, lastTransitionTime: timestamp(now) }];
    const health = { status: textAt(application, "status", "health", "status") || "Unknown" };
    client.patch(application, {
      status: {
        conditions,
        health,
        sync: { ...mapAt(application, "status", "sync"), status: "Unknown" },
        reconciledAt: timestamp(now),
      },
    });
  }
  after(REFRESH_MILLISECONDS);
}

/** Cascading deletion: everything that the application made, then the finalizer. */
function remove(application: ApiObject, { client }: ReconcileContext): void {
  const finalizers = application.metadata.finalizers ?? [];
  if (!finalizers.some((one) => one.startsWith(FINALIZER))) return;
  for (const live of tracked(application, client)) client.delete(live);
  client.patch(application, {
    metadata: { finalizers: finalizers.filter((one) => !one.startsWith(FINALIZER)) },
  });
}
