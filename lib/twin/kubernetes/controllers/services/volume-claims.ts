import { COLLECTIONS, type VolumeRecord } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import { gibibytesOf } from "../backups/volumes.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, mapAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";
import { SELECTED_NODE } from "../pods/kubelet.ts";

/** EBS create + attach + mount: 15 s (8–40), of which 3 s are the kubelet's. @see docs/latencies.md */
const PROVISION_MILLISECONDS = 12_000;
const PROVISIONING = "controllers.provisioning";

/** Volumes for claims, made by the EBS driver: at once, or with the first pod, as the class says. */
export const volumeClaims: Controller = {
  name: "volume-claims",
  watches: {
    PersistentVolumeClaim: "self",
    StorageClass: (_change, client) =>
      client.list("v1", "PersistentVolumeClaim").map((claim) => client.referenceOf(claim)),
  },
  reconcile(claim, context) {
    const { client, now, world } = context;
    if (textAt(claim, "status", "phase") === "Bound" || claim.metadata.deletionTimestamp) return;
    const named = textAt(claim, "spec", "volumeName");
    if (named !== "") return bindNamed(claim, named, context);
    const storageClass = classOf(claim, context);
    if (!storageClass) return;
    const waits = storageClass.volumeBindingMode === "WaitForFirstConsumer";
    if (waits && annotationsOf(claim)[SELECTED_NODE] === undefined) return;
    if (!isRunning(client, "Deployment", "ebs-csi-controller")) return context.after(PROVISION_MILLISECONDS);
    const begun = world.collection<{ at: number }>(PROVISIONING);
    const at = begun.get(claim.metadata.uid)?.at ?? now;
    const due = at + context.scaled(PROVISION_MILLISECONDS);
    if (due > now) {
      begun.set(claim.metadata.uid, { at });
      return context.after((due - now) / context.options.latencyScale);
    }
    begun.delete(claim.metadata.uid);
    bind(claim, storageClass, context);
  },
  /** What the class made goes with its claim, unless it is to be kept: then it is Released. */
  gone({ namespace, name }, context) {
    const { client, world } = context;
    for (const volume of client.list("v1", "PersistentVolume")) {
      const { namespace: ofNamespace, name: ofName, uid } = mapAt(volume, "spec", "claimRef");
      if (ofNamespace !== namespace || ofName !== name || uid === undefined) continue;
      if (textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete") {
        client.delete(volume);
        world
          .collection<VolumeRecord>(COLLECTIONS.volumes)
          .delete(textAt(volume, "spec", "csi", "volumeHandle"));
      } else client.patch(volume, { status: { phase: "Released" } }, "status");
    }
  },
};

/** A claim that names its volume gets that one, if it is there and meant for it. */
function bindNamed(claim: ApiObject, volumeName: string, { client, now }: ReconcileContext): void {
  const volume = client.get("v1", "PersistentVolume", undefined, volumeName);
  const { namespace, name, uid } = mapAt(volume, "spec", "claimRef");
  const isMeant = namespace === claim.metadata.namespace && name === claim.metadata.name;
  if (!volume || !isMeant || (uid !== undefined && uid !== claim.metadata.uid)) return;
  const claimRef = { ...mapAt(volume, "spec", "claimRef"), uid: claim.metadata.uid };
  const bound = client.patch(volume, { spec: { claimRef } });
  if (bound)
    client.patch(bound, { status: { phase: "Bound", lastPhaseTransitionTime: timestamp(now) } }, "status");
  const accessModes = mapAt(volume, "spec").accessModes ?? [];
  const capacity = mapAt(volume, "spec", "capacity");
  const annotations = { "pv.kubernetes.io/bind-completed": "yes" };
  const changed = client.patch(claim, { metadata: { annotations } });
  if (changed) client.patch(changed, { status: { phase: "Bound", accessModes, capacity } }, "status");
}

/** The EBS volume behind a claim, in the zone of the node that its first pod is on. */
function provision(claim: ApiObject, storageClass: ApiObject, context: ReconcileContext): string {
  const { client, world, now, options } = context;
  const node = client.get("v1", "Node", undefined, annotationsOf(claim)[SELECTED_NODE] ?? "");
  const id = `vol-${world.hex(17)}`;
  world.collection<VolumeRecord>(COLLECTIONS.volumes).set(id, {
    id,
    availabilityZone: node?.metadata.labels?.["topology.kubernetes.io/zone"] ?? `${options.aws.region}a`,
    sizeGiB: gibibytesOf(claim),
    encrypted: textAt(storageClass, "parameters", "encrypted") === "true",
    createdAt: now,
    tags: {
      "kubernetes.io/created-for/pvc/name": claim.metadata.name,
      "kubernetes.io/created-for/pvc/namespace": claim.metadata.namespace ?? "default",
      "kubernetes.io/created-for/pv/name": `pvc-${claim.metadata.uid}`,
    },
  });
  return id;
}

function classOf(claim: ApiObject, { client }: ReconcileContext): ApiObject | undefined {
  const name = textAt(claim, "spec", "storageClassName");
  if (name !== "") return client.get("storage.k8s.io/v1", "StorageClass", undefined, name);
  return client
    .list("storage.k8s.io/v1", "StorageClass")
    .find((one) => annotationsOf(one)["storageclass.kubernetes.io/is-default-class"] === "true");
}

function bind(claim: ApiObject, storageClass: ApiObject, context: ReconcileContext): void {
  const { client, now } = context;
  const { name, namespace, uid } = claim.metadata;
  const volume = `pvc-${uid}`;
  const capacity = mapAt(claim, "spec", "resources", "requests");
  const accessModes = mapAt(claim, "spec").accessModes ?? ["ReadWriteOnce"];
  const storageClassName = storageClass.metadata.name;
  const made = client.create({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volume,
      annotations: {
        "pv.kubernetes.io/provisioned-by": String(storageClass.provisioner ?? "ebs.csi.aws.com"),
      },
    },
    spec: {
      accessModes,
      capacity,
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name,
        namespace: namespace ?? "default",
        uid,
      },
      csi: {
        driver: "ebs.csi.aws.com",
        fsType: "ext4",
        volumeHandle: provision(claim, storageClass, context),
      },
      persistentVolumeReclaimPolicy: String(storageClass.reclaimPolicy ?? "Delete"),
      storageClassName,
      volumeMode: "Filesystem",
    },
  });
  if (made)
    client.patch(made, { status: { phase: "Bound", lastPhaseTransitionTime: timestamp(now) } }, "status");
  const annotations = {
    "pv.kubernetes.io/bind-completed": "yes",
    "pv.kubernetes.io/bound-by-controller": "yes",
  };
  client.patch(claim, { metadata: { annotations }, spec: { volumeName: volume, storageClassName } });
  const current = client.get("v1", "PersistentVolumeClaim", namespace, name);
  if (current) client.patch(current, { status: { phase: "Bound", accessModes, capacity } }, "status");
}
