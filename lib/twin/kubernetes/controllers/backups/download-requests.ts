import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller } from "../engine/controller.ts";
import { textAt } from "../engine/fields.ts";
import { locationOf } from "./backups.ts";
import { backupFiles, restoreFiles } from "./layout.ts";
import { isUp, whenServerComes } from "./server.ts";

/** How long the address is good. @see velero, pkg/persistence `DownloadURLTTL` */
const VALID_MILLISECONDS = 10 * 60_000;

/** By kind of target; the kinds of what is not kept here have no address. */
const KEYS: Readonly<Record<string, (name: string) => string>> = {
  BackupLog: (name) => backupFiles(name).log,
  BackupContents: (name) => backupFiles(name).contents,
  BackupVolumeSnapshots: (name) => backupFiles(name).volumeSnapshots,
  BackupResourceList: (name) => backupFiles(name).resourceList,
  BackupResults: (name) => backupFiles(name).results,
  BackupVolumeInfos: (name) => backupFiles(name).volumeInfos,
  RestoreLog: (name) => restoreFiles(name).log,
  RestoreResults: (name) => restoreFiles(name).results,
  RestoreResourceList: (name) => restoreFiles(name).resourceList,
};

/** Answers with an address in the bucket; nothing behind it is served to whom has no rights there. */
export const downloadRequests: Controller = {
  name: "velero-download-requests",
  watches: whenServerComes("DownloadRequest"),
  reconcile(request, context) {
    if (!isUp(context) || textAt(request, "status", "phase") === "Processed") return;
    const { client, now, options } = context;
    const key = KEYS[textAt(request, "spec", "target", "kind")]?.(textAt(request, "spec", "target", "name"));
    const location = locationOf({ ...request, spec: {} } as ApiObject, context);
    if (key === undefined || !location) return;
    const bucket = textAt(location, "spec", "objectStorage", "bucket");
    const downloadURL = `https://${bucket}.s3.${options.aws.region}.amazonaws.com/${key}?X-Amz-Expires=600`;
    client.patch(request, {
      status: { phase: "Processed", downloadURL, expiration: timestamp(now + VALID_MILLISECONDS) },
    });
  },
};
