import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { type Results, repositoryFiles, tell } from "./layout.ts";
import { numberOfReadyAgents } from "./node-agent.ts";
import { VELERO } from "./server.ts";
import type { BackupStorage } from "./storage.ts";
import { canaryIn, createSnapshot, gibibytesOf, persistentVolumeOf, podsWith } from "./volumes.ts";

export interface SavedVolumes {
  /** As `<backup>-volumeinfo.json.gz` holds them. @see velero, internal/volume/volumes_information.go */
  readonly infos: Fields[];
  readonly nativeSnapshots: Fields[];
  readonly podVolumeBackups: Fields[];
  readonly snapshotsAttempted: number;
  readonly snapshotsCompleted: number;
}

/** Saves the volumes of claims: each by the files that its pod sees, or by a snapshot, as the backup asks. */
export function saveVolumes(
  backup: ApiObject,
  claims: readonly ApiObject[],
  storage: BackupStorage,
  errors: Results,
  context: ReconcileContext,
): SavedVolumes {
  const { defaultVolumesToFsBackup, snapshotVolumes } = mapAt(backup, "spec");
  const saved = { infos: [], nativeSnapshots: [], podVolumeBackups: [] } as {
    infos: Fields[];
    nativeSnapshots: Fields[];
    podVolumeBackups: Fields[];
  };
  let [attempted, completed] = [0, 0];
  for (const claim of claims) {
    const volume = persistentVolumeOf(claim, context.client);
    if (!volume) continue;
    const common = infoOf(claim, volume, context);
    try {
      if (defaultVolumesToFsBackup === true) {
        const files = saveFiles(backup, claim, storage, context);
        if (files) saved.podVolumeBackups.push(files.podVolumeBackup);
        saved.infos.push({ ...common, ...(files?.info ?? skipped("no running pod mounts the volume")) });
      } else if (snapshotVolumes !== false) {
        attempted += 1;
        const snapshot = takeSnapshot(backup, claim, volume, context);
        completed += 1;
        saved.nativeSnapshots.push(snapshot.native);
        saved.infos.push({ ...common, ...snapshot.info });
      } else
        saved.infos.push({
          ...common,
          ...skipped("not satisfy the criteria for VolumePolicy or legacy snapshot way"),
        });
    } catch (error) {
      tell(
        errors,
        claim.metadata.namespace,
        `error backing up item: name: /${claim.metadata.name} error: ${(error as Error).message}`,
      );
      saved.infos.push({ ...common, result: "failed" });
    }
  }
  return { ...saved, snapshotsAttempted: attempted, snapshotsCompleted: completed };
}

const infoOf = (claim: ApiObject, volume: ApiObject, { now }: ReconcileContext): Fields => ({
  pvcName: claim.metadata.name,
  pvcNamespace: claim.metadata.namespace ?? "",
  pvName: volume.metadata.name,
  snapshotDataMoved: false,
  preserveLocalSnapshot: false,
  skipped: false,
  startTimestamp: timestamp(now),
  pvInfo: {
    reclaimPolicy: textAt(volume, "spec", "persistentVolumeReclaimPolicy"),
    labels: { ...volume.metadata.labels },
  },
});

const skipped = (skippedReason: string): Fields => ({ skipped: true, skippedReason });

function takeSnapshot(
  backup: ApiObject,
  claim: ApiObject,
  volume: ApiObject,
  context: ReconcileContext,
): { native: Fields; info: Fields } {
  const snapshot = createSnapshot(
    claim,
    { "velero.io/backup": backup.metadata.name, "velero.io/pv": volume.metadata.name },
    context,
  );
  const zone = zoneOf(claim, context);
  return {
    native: {
      spec: {
        backupName: backup.metadata.name,
        backupUID: backup.metadata.uid,
        location: "default",
        persistentVolumeName: volume.metadata.name,
        providerVolumeID: snapshot.volumeId,
        volumeType: "gp3",
        volumeAZ: zone,
      },
      status: { providerSnapshotID: snapshot.id, phase: "Completed" },
    },
    info: {
      backupMethod: "NativeSnapshot",
      result: "succeeded",
      nativeSnapshotInfo: {
        snapshotHandle: snapshot.id,
        volumeType: "gp3",
        volumeAZ: zone,
        iops: "",
        phase: "Completed",
      },
    },
  };
}

/** The zone of the node on which a pod uses the claim. */
export function zoneOf(claim: ApiObject, { client, options }: ReconcileContext): string {
  const [pod] = podsWith(claim, client);
  const node = client.get("v1", "Node", undefined, textAt(pod, "spec", "nodeName"));
  return node?.metadata.labels?.["topology.kubernetes.io/zone"] ?? `${options.aws.region}a`;
}

/** The node agent reads what a running pod has mounted, and packs it into the namespace's repository. */
function saveFiles(
  backup: ApiObject,
  claim: ApiObject,
  storage: BackupStorage,
  context: ReconcileContext,
): { podVolumeBackup: Fields; info: Fields } | undefined {
  const { client, world, now } = context;
  const pod = podsWith(claim, client).find((one) => textAt(one, "status", "phase") === "Running");
  if (!pod) return undefined;
  if (numberOfReadyAgents(client) === 0)
    throw new Error(`daemonset pod not found in running state in node ${textAt(pod, "spec", "nodeName")}`);
  const namespace = claim.metadata.namespace ?? "";
  const volume = mapsAt(pod, "spec", "volumes").find(
    (one) => textAt(one, "persistentVolumeClaim", "claimName") === claim.metadata.name,
  );
  const files = repositoryFiles(namespace);
  const snapshotID = world.hex(32);
  const repository = client.get(VELERO, "BackupRepository", "velero", `${namespace}-default-kopia`);
  if (!storage.has(files.marker)) storage.put(files.marker, Buffer.from("kopia repository\n"));
  if (!repository) client.create(repositoryFor(namespace, now));
  storage.put(
    files.blob(snapshotID),
    Buffer.from(JSON.stringify({ canary: canaryIn(claim, context) ?? null })),
  );
  const volumeName = String(volume?.name ?? "");
  const object = podVolumeBackup(backup, claim, pod, { volumeName, snapshotID }, now);
  client.create(object);
  return {
    podVolumeBackup: object,
    info: {
      backupMethod: "PodVolumeBackup",
      result: "succeeded",
      pvbInfo: {
        snapshotHandle: snapshotID,
        uploaderType: "kopia",
        volumeName,
        podName: pod.metadata.name,
        podNamespace: namespace,
        nodeName: textAt(pod, "spec", "nodeName"),
        phase: "Completed",
        size: gibibytesOf(claim) * 1024 ** 2,
      },
    },
  };
}

function podVolumeBackup(
  backup: ApiObject,
  claim: ApiObject,
  pod: ApiObject,
  { volumeName, snapshotID }: { volumeName: string; snapshotID: string },
  now: number,
): Fields {
  const { name, uid } = backup.metadata;
  return {
    apiVersion: VELERO,
    kind: "PodVolumeBackup",
    metadata: {
      name: `${name}-${snapshotID.slice(0, 5)}`,
      namespace: "velero",
      labels: {
        "velero.io/backup-name": name,
        "velero.io/backup-uid": uid,
        "velero.io/pvc-uid": claim.metadata.uid,
      },
      ownerReferences: [{ apiVersion: VELERO, kind: "Backup", name, uid, controller: true }],
    },
    spec: {
      node: textAt(pod, "spec", "nodeName"),
      pod: {
        kind: "Pod",
        name: pod.metadata.name,
        namespace: pod.metadata.namespace ?? "",
        uid: pod.metadata.uid,
      },
      volume: volumeName,
      backupStorageLocation: textAt(backup, "spec", "storageLocation") || "default",
      repoIdentifier: "",
      uploaderType: "kopia",
      tags: { "pvc-uid": claim.metadata.uid, "pvc-name": claim.metadata.name },
    },
    status: {
      phase: "Completed",
      snapshotID,
      startTimestamp: timestamp(now),
      path: `/host_pods/${pod.metadata.uid}`,
    },
  };
}

const repositoryFor = (volumeNamespace: string, now: number): Fields => ({
  apiVersion: VELERO,
  kind: "BackupRepository",
  metadata: {
    name: `${volumeNamespace}-default-kopia`,
    namespace: "velero",
    labels: {
      "velero.io/volume-namespace": volumeNamespace,
      "velero.io/storage-location": "default",
      "velero.io/repository-type": "kopia",
    },
  },
  spec: {
    volumeNamespace,
    backupStorageLocation: "default",
    repositoryType: "kopia",
    maintenanceFrequency: "1h0m0s",
  },
  status: { phase: "Ready", lastMaintenanceTime: timestamp(now) },
});
