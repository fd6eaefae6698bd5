import { type ApiObject, timestamp } from "../../api/api-object.ts";
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
};

function classOf(claim: ApiObject, { client }: ReconcileContext): ApiObject | undefined {
  const name = textAt(claim, "spec", "storageClassName");
  if (name !== "") return client.get("storage.k8s.io/v1", "StorageClass", undefined, name);
  return client
    .list("storage.k8s.io/v1", "StorageClass")
    .find((one) => annotationsOf(one)["storageclass.kubernetes.io/is-default-class"] === "true");
}

function bind(claim: ApiObject, storageClass: ApiObject, { client, now, world }: ReconcileContext): void {
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
      csi: { driver: "ebs.csi.aws.com", fsType: "ext4", volumeHandle: `vol-${world.hex(17)}` },
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
