import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import type { Comparison } from "./comparison.ts";
import { revisionOf } from "./sync.ts";

/** Compared anew at least so often. @see argocd-cm `timeout.reconciliation`, 120 s with up to 60 s of jitter since 3.0 */
export const REFRESH_MILLISECONDS = 180_000;

/** Writes what a comparison found, unless it says nothing new and is younger than a refresh. */
export function writeStatus(
  application: ApiObject,
  found: Comparison,
  { client, now }: ReconcileContext,
): void {
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

/** Writes why an application cannot be compared. */
export function fail(
  application: ApiObject,
  message: string,
  { client, now, after }: ReconcileContext,
): void {
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
