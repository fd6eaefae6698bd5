import { gzipSync } from "node:zlib";
import { AwsError } from "../../../aws/contract.ts";
import { strikes } from "../../../world/faults.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, numberAt, textAt } from "../engine/fields.ts";
import { locationOf } from "./backups.ts";
import { countOf, noResults, type Results, restoreFiles } from "./layout.ts";
import { restoreItems } from "./restore-items.ts";
import { readBackup } from "./restore-source.ts";
import { requestFiles } from "./restore-volumes.ts";
import { isUp, VELERO, whenServerComes } from "./server.ts";
import { BackupStorage } from "./storage.ts";

/** The objects of a namespace 45 s (15 s–3 min); their pods start after that. @see docs/latencies.md */
const RESTORE_MILLISECONDS = 45_000;
const FINALIZER = "restores.velero.io/external-resources-finalizer";

/**
 * Makes a backup's objects anew. Completed means that they are made, not that they run.
 * Fault `restore-stuck` {}: it begins, and never goes on.
 */
export const restores: Controller = {
  name: "velero-restores",
  watches: {
    ...whenServerComes("Restore"),
    PodVolumeRestore: (change, client) =>
      client
        .list(VELERO, "Restore", change.namespace ?? undefined)
        .filter(({ metadata }) => change.name.startsWith(`${metadata.name}-`))
        .map((one) => client.referenceOf(one)),
  },
  reconcile(restore, context) {
    if (!isUp(context)) return;
    if (restore.metadata.deletionTimestamp) return release(restore, context);
    const phase = textAt(restore, "status", "phase");
    if (phase === "" || phase === "New") return begin(restore, context);
    if (phase !== "InProgress" || strikes(context.world, "restore-stuck", () => true)) return;
    if (numberAt(restore, "status", "progress", "itemsRestored") !== undefined)
      return finish(restore, context);
    const due =
      Date.parse(textAt(restore, "status", "startTimestamp")) + context.scaled(RESTORE_MILLISECONDS);
    if (due > context.now) context.after((due - context.now) / context.options.latencyScale);
    else makeItems(restore, context);
  },
};

const backupOf = (restore: ApiObject, { client }: ReconcileContext): ApiObject | undefined =>
  client.get(VELERO, "Backup", restore.metadata.namespace, textAt(restore, "spec", "backupName"));

function begin(restore: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const validationErrors = problemsOf(restore, context);
  const finalizers = [...new Set([...(restore.metadata.finalizers ?? []), FINALIZER])];
  client.patch(restore, {
    metadata: { finalizers },
    status:
      validationErrors.length > 0
        ? { phase: "FailedValidation", validationErrors }
        : { phase: "InProgress", startTimestamp: timestamp(now) },
  });
}

function problemsOf(restore: ApiObject, context: ReconcileContext): string[] {
  const [backupName, scheduleName] = [
    textAt(restore, "spec", "backupName"),
    textAt(restore, "spec", "scheduleName"),
  ];
  if ((backupName === "") === (scheduleName === ""))
    return ["Either a backup or schedule must be specified as a source for the restore, but not both"];
  const backup = backupOf(restore, context);
  if (!backup) return [`Error retrieving backup: backup.velero.io "${backupName}" not found`];
  const location = locationOf(backup, context);
  return location ? [] : [`Error retrieving backup location of ${backupName}`];
}

function makeItems(restore: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const storage = storageOf(restore, context);
  const { name } = restore.metadata;
  try {
    if (!storage) throw new Error("the backup's location is gone");
    const source = readBackup(textAt(restore, "spec", "backupName"), storage);
    const { warnings, errors, resourceList, total } = restoreItems(restore, source, context);
    requestFiles(restore, source, context);
    writeFiles(name, { resourceList, results: { warnings, errors } }, storage);
    const status: Fields = {
      progress: { totalItems: total, itemsRestored: total },
      ...(countOf(warnings) > 0 ? { warnings: countOf(warnings) } : {}),
      ...(countOf(errors) > 0 ? { errors: countOf(errors) } : {}),
    };
    const changed = client.patch(restore, { status });
    if (changed) finish(changed, context);
  } catch (error) {
    client.patch(restore, {
      status: {
        phase: "Failed",
        completionTimestamp: timestamp(now),
        failureReason: (error as Error).message,
      },
    });
  }
}

/** A location that Velero may not write to gets none of it: upstream notes that in its own log and goes on. */
function writeFiles(
  name: string,
  { resourceList, results }: { resourceList: unknown; results: unknown },
  storage: BackupStorage,
): void {
  const files = restoreFiles(name);
  try {
    storage.putJson(files.resourceList, resourceList);
    storage.putJson(files.results, results);
    storage.put(files.log, gzipSync(`level=info msg="restore completed" restore=velero/${name}\n`));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

const storageOf = (restore: ApiObject, context: ReconcileContext): BackupStorage | undefined => {
  const backup = backupOf(restore, context);
  const location = backup && locationOf(backup, context);
  return location && new BackupStorage(location, context);
};

/** Waits until the node agents have filled what waits for files. */
function finish(restore: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const fills = client
    .list(VELERO, "PodVolumeRestore", restore.metadata.namespace)
    .filter(({ metadata }) => metadata.labels?.["velero.io/restore-uid"] === restore.metadata.uid);
  if (fills.some((one) => !["Completed", "Failed"].includes(textAt(one, "status", "phase")))) return;
  const failures = fills.filter((one) => textAt(one, "status", "phase") === "Failed");
  if (failures.length > 0) tellFailures(restore, failures, context);
  const errors = (numberAt(restore, "status", "errors") ?? 0) + failures.length;
  client.patch(restore, {
    status: {
      phase: errors > 0 ? "PartiallyFailed" : "Completed",
      completionTimestamp: timestamp(now),
      ...(errors > 0 ? { errors } : {}),
    },
  });
}

function tellFailures(restore: ApiObject, failures: readonly ApiObject[], context: ReconcileContext): void {
  const storage = storageOf(restore, context);
  if (!storage) return;
  const key = restoreFiles(restore.metadata.name).results;
  if (!storage.has(key)) return;
  const told = mapAt({ told: storage.getJson(key) }, "told");
  const errors = { ...noResults(), ...mapAt(told, "errors") } as Results;
  errors.velero = [
    ...errors.velero,
    ...failures.map((one) => `pod volume restore failed: ${textAt(one, "status", "message")}`),
  ];
  storage.putJson(key, { ...told, errors });
}

/** What is in the bucket of a restore goes before it does; what it has restored stays. */
function release(restore: ApiObject, context: ReconcileContext): void {
  if (!restore.metadata.finalizers?.includes(FINALIZER)) return;
  try {
    storageOf(restore, context)?.deleteAll(restoreFiles(restore.metadata.name).directory);
  } catch {
    // As upstream does: it stays, and the next change is the next try.
    return;
  }
  const finalizers = restore.metadata.finalizers.filter((each) => each !== FINALIZER);
  context.client.patch(restore, { metadata: { finalizers } });
}
