import type { CanaryFile } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { mapAt, textAt } from "../engine/fields.ts";
import { locationOf } from "./backups.ts";
import { repositoryFiles } from "./layout.ts";
import { claimBehind } from "./restore-volumes.ts";
import { isUp, whenServerComes } from "./server.ts";
import { BackupStorage } from "./storage.ts";
import { gibibytesOf, handleOf, persistentVolumeOf, volumesOf } from "./volumes.ts";

/** Kopia writes 30 MB/s (6–30): what a volume of 1 GiB holds at the most takes 35 s. @see docs/latencies.md */
const MILLISECONDS_PER_GIBIBYTE = 35_000;

/** The node agent's part of a restore: fills the volume of a pod that waits for it. */
export const podVolumeRestores: Controller = {
  name: "velero-pod-volume-restores",
  watches: {
    ...whenServerComes("PodVolumeRestore"),
    PersistentVolumeClaim: (_change, client) =>
      client
        .list("velero.io/v1", "PodVolumeRestore")
        .filter((one) => !isDone(one))
        .map((one) => client.referenceOf(one)),
  },
  reconcile(restored, context) {
    if (!isUp(context) || isDone(restored)) return;
    const claim = claimBehind(restored, context);
    if (!claim || textAt(claim, "status", "phase") !== "Bound") return;
    const { client, now } = context;
    if (textAt(restored, "status", "phase") !== "InProgress") {
      client.patch(restored, { status: { phase: "InProgress", startTimestamp: timestamp(now) } });
      return;
    }
    const lasts = context.scaled(MILLISECONDS_PER_GIBIBYTE * gibibytesOf(claim));
    const due = Date.parse(textAt(restored, "status", "startTimestamp")) + lasts;
    if (due > now) return context.after((due - now) / context.options.latencyScale);
    fill(restored, claim, context);
  },
};

const isDone = (restored: ApiObject): boolean =>
  ["Completed", "Failed"].includes(textAt(restored, "status", "phase"));

function fill(restored: ApiObject, claim: ApiObject, context: ReconcileContext): void {
  const { client, world, now } = context;
  const location = locationOf(named(textAt(restored, "spec", "backupStorageLocation"), restored), context);
  const key = repositoryFiles(textAt(restored, "spec", "sourceNamespace")).blob(
    textAt(restored, "spec", "snapshotID"),
  );
  try {
    if (!location) throw new Error("error getting backup storage location");
    const packed = JSON.parse(new BackupStorage(location, context).get(key).toString("utf8")) as unknown;
    const { canary } = mapAt({ packed }, "packed");
    const volumeId = handleOf(persistentVolumeOf(claim, client));
    const volumes = volumesOf(world);
    if (canary && volumes.has(volumeId))
      volumes.update(volumeId, (volume) => ({ ...volume, canary: canary as unknown as CanaryFile }));
    client.patch(restored, { status: { phase: "Completed", completionTimestamp: timestamp(now) } });
  } catch (error) {
    client.patch(restored, {
      status: {
        phase: "Failed",
        completionTimestamp: timestamp(now),
        message: `data path restore failed: Failed to run kopia restore: Unable to load snapshot: ${(error as Error).message}`,
      },
    });
  }
}

/** A location is found by what a backup would name. */
const named = (storageLocation: string, like: ApiObject): ApiObject => ({
  ...like,
  kind: "Backup",
  spec: { storageLocation },
});
