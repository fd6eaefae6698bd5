import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { Change, Controller, ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, mapAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";
import { fail, REFRESH_MILLISECONDS, writeStatus } from "./application-status.ts";
import { comparison } from "./comparison.ts";
import { desiredOf, TRACKING } from "./desired.ts";
import { tracked } from "./live-objects.ts";
import { finishSync, HEAL_MILLISECONDS, needsSync, startSync } from "./sync.ts";

const ARGO = "argoproj.io/v1alpha1";
const FINALIZER = "resources-finalizer.argocd.argoproj.io";

/** An application is compared a few seconds after it appears (from memory). */
const COMPARE_MILLISECONDS = 3_000;

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

/** Cascading deletion: everything that the application made, then the finalizer. */
function remove(application: ApiObject, { client }: ReconcileContext): void {
  const finalizers = application.metadata.finalizers ?? [];
  if (!finalizers.some((one) => one.startsWith(FINALIZER))) return;
  for (const live of tracked(application, client)) client.delete(live);
  client.patch(application, {
    metadata: { finalizers: finalizers.filter((one) => !one.startsWith(FINALIZER)) },
  });
}
