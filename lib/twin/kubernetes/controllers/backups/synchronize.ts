import type { ApiObject } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { isFields, mapAt, textAt } from "../engine/fields.ts";
import { backupFiles } from "./layout.ts";
import { VELERO } from "./server.ts";
import { BackupStorage } from "./storage.ts";

const METADATA = /^backups\/([^/]+)\/velero-backup\.json$/;

/**
 * Makes a Backup of each that has ended and lies in the location without having one in this cluster, under the
 * location's name here.
 * @see velero, pkg/controller/backup_sync_controller.go
 * @throws AwsError where the bucket may be listed and not read
 */
export function synchronizeBackups(location: ApiObject, context: ReconcileContext): void {
  const { client } = context;
  const { name: storageLocation, namespace = "velero" } = location.metadata;
  const storage = new BackupStorage(location, context);
  for (const key of storage.keys("backups/")) {
    const [, name] = METADATA.exec(key) ?? [];
    if (name === undefined || client.get(VELERO, "Backup", namespace, name)) continue;
    const saved = JSON.parse(storage.get(key).toString("utf8")) as ApiObject;
    const labels = { ...saved.metadata.labels, "velero.io/storage-location": storageLocation };
    const backup = client.create({
      apiVersion: VELERO,
      kind: "Backup",
      metadata: { name, namespace, labels, annotations: { ...saved.metadata.annotations } },
      spec: { ...mapAt(saved, "spec"), storageLocation },
      status: mapAt(saved, "status"),
    });
    if (backup) synchronizeFiles(backup, storage, context);
  }
}

/** The files of volumes that a backup holds, each as the object that its own cluster had of it. */
function synchronizeFiles(backup: ApiObject, storage: BackupStorage, { client }: ReconcileContext): void {
  const { name, namespace = "velero", uid } = backup.metadata;
  const { podVolumeBackups: key } = backupFiles(name);
  const saved = storage.has(key) ? storage.getJson(key) : [];
  for (const one of Array.isArray(saved) ? saved.filter(isFields) : [])
    client.create({
      ...one,
      metadata: {
        name: textAt(one, "metadata", "name"),
        namespace,
        labels: { ...mapAt(one, "metadata", "labels"), "velero.io/backup-uid": uid },
        ownerReferences: [{ apiVersion: VELERO, kind: "Backup", name, uid, controller: true }],
      },
      spec: {
        ...mapAt(one, "spec"),
        backupStorageLocation: textAt(backup, "spec", "storageLocation"),
      },
    });
}
