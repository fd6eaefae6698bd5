import { createHash } from "node:crypto";
import {
  type CanaryFile,
  COLLECTIONS,
  type SnapshotRecord,
  type VolumeRecord,
} from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { mapAt, mapsAt, textAt } from "../engine/fields.ts";
import { authorize } from "./server.ts";

const HOUR = 3_600_000;

export const volumesOf = (world: World) => world.collection<VolumeRecord>(COLLECTIONS.volumes);
export const snapshotsOf = (world: World) => world.collection<SnapshotRecord>(COLLECTIONS.snapshots);

/** The volume of a claim, if it is bound. */
export function persistentVolumeOf(claim: ApiObject, client: ClusterClient): ApiObject | undefined {
  const name = textAt(claim, "spec", "volumeName");
  return name === "" ? undefined : client.get("v1", "PersistentVolume", undefined, name);
}

export const handleOf = (volume: ApiObject | undefined): string =>
  textAt(volume, "spec", "csi", "volumeHandle");

/** The pods that have a claim mounted. */
export const podsWith = (claim: ApiObject, client: ClusterClient): ApiObject[] =>
  client
    .list("v1", "Pod", claim.metadata.namespace)
    .filter((pod) =>
      mapsAt(pod, "spec", "volumes").some(
        (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === claim.metadata.name,
      ),
    );

/**
 * The file that a pod keeps writing into its volume, if it is the canary at home: a new one each hour from its
 * start on, whose checksum follows from volume and time. @see terraform/resilience/canary/write.sh
 */
function liveCanary(
  claim: ApiObject,
  volumeId: string,
  client: ClusterClient,
  now: number,
): CanaryFile | undefined {
  const writer = podsWith(claim, client).find(
    (pod) => isWriter(pod) && textAt(pod, "status", "phase") === "Running",
  );
  if (!writer) return undefined;
  const since = Date.parse(textAt(writer, "status", "startTime"));
  const writtenAt = since + Math.floor((now - since) / HOUR) * HOUR;
  const sha256 = createHash("sha256").update(`${volumeId} ${writtenAt}`).digest("hex");
  return { writtenAt, stated: sha256, actual: sha256 };
}

function isWriter(pod: ApiObject): boolean {
  const container = mapsAt(pod, "spec", "containers").find(({ command }) =>
    JSON.stringify(command ?? "").includes("/scripts/write.sh"),
  );
  return mapsAt(container, "env").some(
    ({ name, value }) => name === "HOME_NAMESPACE" && value === pod.metadata.namespace,
  );
}

/** What a claim's volume holds now; undefined: nothing that says of itself whether it is whole. */
export function canaryIn(claim: ApiObject, { client, world, now }: ReconcileContext): CanaryFile | undefined {
  const volumeId = handleOf(persistentVolumeOf(claim, client));
  return liveCanary(claim, volumeId, client, now) ?? volumesOf(world).get(volumeId)?.canary;
}

/** @throws AwsError, or Error with EC2's words for a volume that is not there */
export function createSnapshot(
  claim: ApiObject,
  tags: Readonly<Record<string, string>>,
  context: ReconcileContext,
): SnapshotRecord {
  const { client, world, now, options } = context;
  const volumeId = handleOf(persistentVolumeOf(claim, client));
  const { region, accountId } = options.aws;
  authorize(context, "ec2:CreateSnapshot", `arn:aws:ec2:${region}:${accountId}:volume/${volumeId}`);
  const volume = volumesOf(world).get(volumeId);
  if (!volume)
    throw new Error(
      `operation error EC2: CreateSnapshot, api error InvalidVolume.NotFound: The volume '${volumeId}' does not exist.`,
    );
  const canary = canaryIn(claim, context);
  const snapshot: SnapshotRecord = {
    id: `snap-${world.hex(17)}`,
    volumeId,
    sizeGiB: volume.sizeGiB,
    state: "pending",
    startedAt: now,
    encrypted: volume.encrypted,
    tags: { ...tags },
    ...(canary ? { canary } : {}),
  };
  snapshotsOf(world).set(snapshot.id, snapshot);
  return snapshot;
}

/** @throws AwsError, or Error with EC2's words for a snapshot that is not there */
export function createVolume(
  snapshotId: string,
  availabilityZone: string,
  tags: Readonly<Record<string, string>>,
  context: ReconcileContext,
): VolumeRecord {
  const { world, now, options } = context;
  const { region, accountId } = options.aws;
  authorize(context, "ec2:CreateVolume", `arn:aws:ec2:${region}:${accountId}:volume/*`);
  const snapshot = snapshotsOf(world).get(snapshotId);
  if (!snapshot)
    throw new Error(
      `operation error EC2: CreateVolume, api error InvalidSnapshot.NotFound: The snapshot '${snapshotId}' does not exist.`,
    );
  const volume: VolumeRecord = {
    id: `vol-${world.hex(17)}`,
    availabilityZone,
    sizeGiB: snapshot.sizeGiB,
    encrypted: snapshot.encrypted,
    createdAt: now,
    snapshotId,
    tags: { ...tags },
    ...(snapshot.canary ? { canary: snapshot.canary } : {}),
  };
  volumesOf(world).set(volume.id, volume);
  return volume;
}

/** Whole GiB of a claim or volume. */
export function gibibytesOf(object: ApiObject | undefined): number {
  const capacity =
    mapAt(object, "spec", "capacity").storage ?? mapAt(object, "spec", "resources", "requests").storage;
  const [, number = "1", unit = "Gi"] = /^(\d+)(Gi|Mi|Ti)?/.exec(String(capacity ?? "1Gi")) ?? [];
  const scale = unit === "Ti" ? 1024 : unit === "Mi" ? 1 / 1024 : 1;
  return Math.max(1, Math.ceil(Number(number) * scale));
}
