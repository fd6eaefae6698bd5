import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import type { BackedUp } from "./restore-source.ts";
import { VELERO } from "./server.ts";
import { createVolume } from "./volumes.ts";

const BOUND = [
  "pv.kubernetes.io/bind-completed",
  "pv.kubernetes.io/bound-by-controller",
  "volume.kubernetes.io/selected-node",
];

/**
 * A claim, with its volume before it: made of the snapshot under a new name if the old one is taken, or left to the
 * storage class, to be filled by files or to stay empty.
 * @throws AwsError, or Error with EC2's words, where no volume can be made
 */
export function restoreVolume(
  claim: Fields,
  was: ApiObject,
  restore: ApiObject,
  source: BackedUp,
  context: ReconcileContext,
): Fields {
  const { client, world } = context;
  const { volumeName: _name, ...spec } = mapAt(claim, "spec");
  const annotations = Object.fromEntries(
    Object.entries(was.metadata.annotations ?? {}).filter(([key]) => !BOUND.includes(key)),
  );
  const unbound: Fields = { ...claim, metadata: { ...mapAt(claim, "metadata"), annotations }, spec };
  const name = textAt(was, "spec", "volumeName");
  const volume = source.clusterObject("persistentvolumes", name);
  const snapshot = source.nativeSnapshots.find((one) => textAt(one, "spec", "persistentVolumeName") === name);
  const wantsVolumes = mapAt(restore, "spec").restorePVs !== false;
  if (!volume || !snapshot || !wantsVolumes || mapAt(restore, "spec").includeClusterResources === false)
    return unbound;
  const taken = client.get("v1", "PersistentVolume", undefined, name) !== undefined;
  const newName = taken ? `velero-clone-${world.uuid()}` : name;
  const made = createVolume(
    textAt(snapshot, "status", "providerSnapshotID"),
    textAt(snapshot, "spec", "volumeAZ"),
    { "velero.io/backup": textAt(restore, "spec", "backupName"), "velero.io/pv": name },
    context,
  );
  const { status: _status, ...rest } = structuredClone(volume) as Fields & ApiObject;
  const { uid: _uid, ...claimRef } = mapAt(volume, "spec", "claimRef");
  client.create({
    ...rest,
    metadata: {
      name: newName,
      labels: {
        ...volume.metadata.labels,
        "velero.io/backup-name": textAt(restore, "spec", "backupName"),
        "velero.io/restore-name": restore.metadata.name,
      },
      annotations: {
        ...volume.metadata.annotations,
        ...(taken ? { "velero.io/original-pv-name": name } : {}),
      },
    },
    spec: {
      ...mapAt(volume, "spec"),
      claimRef: { ...claimRef, namespace: textAt(claim, "metadata", "namespace") },
      csi: { ...mapAt(volume, "spec", "csi"), volumeHandle: made.id },
    },
  });
  return { ...unbound, spec: { ...spec, volumeName: newName } };
}

const filesOf = (pod: ApiObject, namespace: string, source: BackedUp): Fields[] =>
  source.podVolumeBackups.filter(
    (one) =>
      textAt(one, "spec", "pod", "name") === pod.metadata.name &&
      textAt(one, "spec", "pod", "namespace") === namespace,
  );

/** Does a backup hold files of this pod's volumes? */
export const awaitingFiles = (pod: ApiObject, namespace: string, source: BackedUp): boolean =>
  filesOf(pod, namespace, source).length > 0;

/** Asks the node agent to fill the volumes of the restored pods. */
export function requestFiles(restore: ApiObject, source: BackedUp, context: ReconcileContext): void {
  const { client, now } = context;
  const mapping = mapAt(restore, "spec", "namespaceMapping");
  const backup = client.get(
    VELERO,
    "Backup",
    restore.metadata.namespace,
    textAt(restore, "spec", "backupName"),
  );
  // As this cluster calls it: the one that saved the files may have had another name for it.
  const backupStorageLocation = textAt(backup, "spec", "storageLocation") || "default";
  for (const saved of source.podVolumeBackups) {
    const from = textAt(saved, "spec", "pod", "namespace");
    const namespace = textAt(mapping, from) || from;
    const pod = client.get("v1", "Pod", namespace, textAt(saved, "spec", "pod", "name"));
    if (pod?.metadata.labels?.["velero.io/restore-name"] !== restore.metadata.name) continue;
    client.create({
      apiVersion: VELERO,
      kind: "PodVolumeRestore",
      metadata: {
        name: `${restore.metadata.name}-${textAt(saved, "status", "snapshotID").slice(0, 5)}`,
        namespace: restore.metadata.namespace ?? "velero",
        labels: {
          "velero.io/restore-name": restore.metadata.name,
          "velero.io/restore-uid": restore.metadata.uid,
          "velero.io/pod-uid": pod.metadata.uid,
        },
        ownerReferences: [
          {
            apiVersion: VELERO,
            kind: "Restore",
            name: restore.metadata.name,
            uid: restore.metadata.uid,
            controller: true,
          },
        ],
      },
      spec: {
        pod: { kind: "Pod", name: pod.metadata.name, namespace, uid: pod.metadata.uid },
        volume: textAt(saved, "spec", "volume"),
        backupStorageLocation,
        repoIdentifier: "",
        uploaderType: "kopia",
        snapshotID: textAt(saved, "status", "snapshotID"),
        sourceNamespace: from,
      },
      status: { phase: "New", startTimestamp: timestamp(now) },
    });
  }
}

/** The restored pod's claim behind a volume of it. */
export function claimBehind(restored: ApiObject, context: ReconcileContext): ApiObject | undefined {
  const { client } = context;
  const namespace = textAt(restored, "spec", "pod", "namespace");
  const pod = client.get("v1", "Pod", namespace, textAt(restored, "spec", "pod", "name"));
  const volume = mapsAt(pod, "spec", "volumes").find(
    ({ name }) => name === textAt(restored, "spec", "volume"),
  );
  return client.get(
    "v1",
    "PersistentVolumeClaim",
    namespace,
    textAt(volume, "persistentVolumeClaim", "claimName"),
  );
}
