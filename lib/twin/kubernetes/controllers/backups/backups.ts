import { gzipSync } from "node:zlib";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, numberAt, textAt } from "../engine/fields.ts";
import { parseDuration } from "../secrets/duration.ts";
import { packArchive } from "./archive.ts";
import { saveVolumes } from "./backup-volumes.ts";
import { collectObjects, resourceListOf, resourceOf } from "./collect.ts";
import { archivePath, backupFiles, countOf, noResults, type Results } from "./layout.ts";
import { isUp, VELERO, whenServerComes } from "./server.ts";
import { BackupStorage } from "./storage.ts";
import { snapshotsOf } from "./volumes.ts";

/** A backup of a few namespaces without volumes 30 s (10–90). @see docs/latencies.md */
const BACKUP_MILLISECONDS = 30_000;
/** Until an EBS snapshot is usable for Velero: 1 min (20 s–10 min); all of a backup side by side. @see docs/latencies.md */
const SNAPSHOT_MILLISECONDS = 60_000;

/**
 * Takes what its namespaces hold at the instant of its start, in upstream's layout, and completes when snapshots are
 * usable. What could not be saved makes it PartiallyFailed.
 */
export const backups: Controller = {
  name: "velero-backups",
  watches: whenServerComes("Backup"),
  reconcile(backup, context) {
    const phase = textAt(backup, "status", "phase");
    if (!isUp(context) || !["", "New", "InProgress"].includes(phase)) return;
    if (phase !== "InProgress") return begin(backup, context);
    const started = Date.parse(textAt(backup, "status", "startTimestamp"));
    const snapshots = numberAt(backup, "status", "volumeSnapshotsAttempted") ?? 0;
    const due = started + context.scaled(BACKUP_MILLISECONDS + (snapshots > 0 ? SNAPSHOT_MILLISECONDS : 0));
    if (due > context.now) context.after((due - context.now) / context.options.latencyScale);
    else complete(backup, context);
  },
};

/** The location that a backup names, or the default one. */
export function locationOf(backup: ApiObject, { client }: ReconcileContext): ApiObject | undefined {
  const name = textAt(backup, "spec", "storageLocation");
  const locations = client.list(VELERO, "BackupStorageLocation", backup.metadata.namespace);
  return locations.find(({ metadata, spec }) =>
    name === "" ? (spec as Fields).default === true : metadata.name === name,
  );
}

function begin(backup: ApiObject, context: ReconcileContext): void {
  const { client, world, now } = context;
  const location = locationOf(backup, context);
  const refusal = refusalOf(backup, location);
  if (!location || refusal !== undefined) {
    client.patch(backup, { status: { phase: "FailedValidation", validationErrors: [refusal ?? ""] } });
    return;
  }
  const labels = { ...backup.metadata.labels, "velero.io/storage-location": location.metadata.name };
  client.patch(backup, { metadata: { labels } });
  const started: Fields = {
    phase: "InProgress",
    formatVersion: "1.1.0",
    version: 1,
    startTimestamp: timestamp(now),
    expiration: timestamp(now + parseDuration(textAt(backup, "spec", "ttl") || "720h")),
  };
  try {
    const saved = save(
      backup,
      new BackupStorage(location, context),
      collectObjects(backup, client, world),
      context,
    );
    client.patch(backup, { status: { ...started, ...saved } });
  } catch (error) {
    // Nothing was uploaded: such a backup is Failed, not partially.
    client.patch(backup, {
      status: {
        ...started,
        phase: "Failed",
        completionTimestamp: timestamp(now),
        failureReason: (error as Error).message,
      },
    });
  }
}

function refusalOf(backup: ApiObject, location: ApiObject | undefined): string | undefined {
  const name = textAt(backup, "spec", "storageLocation") || "default";
  if (!location)
    return `an existing backup storage location wasn't specified at backup creation time and the default '${name}' wasn't found. Please address this issue (see \`velero backup-location -h\` for options) and create a new backup. Error: backupstoragelocations.velero.io "${name}" not found`;
  if (textAt(location, "spec", "accessMode") === "ReadOnly")
    return `backup can't be created because backup storage location ${name} is currently in read-only mode`;
  if (textAt(location, "status", "phase") !== "Available")
    return `backup can't be created because BackupStorageLocation ${name} is in Unavailable status. please create a new backup after the BSL becomes available`;
  return undefined;
}

function save(
  backup: ApiObject,
  storage: BackupStorage,
  objects: readonly ApiObject[],
  context: ReconcileContext,
): Fields {
  const { name } = backup.metadata;
  const files = backupFiles(name);
  const errors: Results = noResults();
  const claims = objects.filter(({ kind }) => kind === "PersistentVolumeClaim");
  const volumes = saveVolumes(backup, claims, storage, errors, context);
  storage.put(
    files.contents,
    packArchive([
      ["metadata/version", "1.1.0"],
      ...objects.map((object): [string, string] => [
        archivePath(resourceOf(object), object.metadata.namespace, object.metadata.name),
        JSON.stringify(object),
      ]),
    ]),
  );
  storage.putJson(files.resourceList, resourceListOf(objects));
  storage.putJson(files.volumeInfos, volumes.infos);
  storage.putJson(files.volumeSnapshots, volumes.nativeSnapshots);
  storage.putJson(files.podVolumeBackups, volumes.podVolumeBackups);
  storage.putJson(files.results, { errors, warnings: noResults() });
  storage.put(
    files.log,
    gzipSync(`level=info msg="Backed up a total of ${objects.length} items" backup=velero/${name}\n`),
  );
  const failures = countOf(errors);
  return {
    progress: { totalItems: objects.length, itemsBackedUp: 0 },
    ...(failures > 0 ? { errors: failures } : {}),
    ...(volumes.snapshotsAttempted > 0
      ? {
          volumeSnapshotsAttempted: volumes.snapshotsAttempted,
          volumeSnapshotsCompleted: volumes.snapshotsCompleted,
        }
      : {}),
  };
}

function complete(backup: ApiObject, context: ReconcileContext): void {
  const { client, world, now } = context;
  const snapshots = snapshotsOf(world);
  for (const [id, snapshot] of snapshots.entries())
    if (snapshot.tags["velero.io/backup"] === backup.metadata.name && snapshot.state === "pending")
      snapshots.set(id, { ...snapshot, state: "completed" });
  const { itemsBackedUp: _, ...progress } = mapAt(backup, "status", "progress");
  const failed = (numberAt(backup, "status", "errors") ?? 0) > 0;
  const status: Fields = {
    phase: failed ? "PartiallyFailed" : "Completed",
    completionTimestamp: timestamp(now),
    progress: { ...progress, itemsBackedUp: progress.totalItems ?? 0 },
  };
  const location = locationOf(backup, context);
  const ended = client.patch(backup, { status });
  // Written last: a directory without it is no backup. @see velero, pkg/controller/backup_sync_controller.go
  if (location && ended)
    new BackupStorage(location, context).put(
      backupFiles(backup.metadata.name).metadata,
      Buffer.from(JSON.stringify(ended)),
      "application/json",
    );
}
