import type { ApiObject } from "../../api/api-object.ts";
import { type Fields, isFields } from "../engine/fields.ts";
import { unpackArchive } from "./archive.ts";
import { backupFiles } from "./layout.ts";
import type { BackupStorage } from "./storage.ts";

export interface SavedObject {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly object: ApiObject;
}

/** What lies in the bucket of one backup. */
export interface BackedUp {
  readonly objects: readonly SavedObject[];
  readonly nativeSnapshots: readonly Fields[];
  readonly podVolumeBackups: readonly Fields[];
  namespace(name: string): ApiObject | undefined;
  clusterObject(resource: string, name: string): ApiObject | undefined;
}

/** @throws Error with S3's words for what cannot be read */
export function readBackup(name: string, storage: BackupStorage): BackedUp {
  const files = backupFiles(name);
  const objects = unpackArchive(storage.get(files.contents)).flatMap(([path, content]): SavedObject[] => {
    const [, resource = "", , namespace] =
      /^resources\/([^/]+)\/(cluster|namespaces\/([^/]+))\/[^/]+\.json$/.exec(path) ?? [];
    return resource === "" ? [] : [{ resource, namespace, object: JSON.parse(content) as ApiObject }];
  });
  const list = (key: string): Fields[] => {
    const value = storage.getJson(key);
    return Array.isArray(value) ? value.filter(isFields) : [];
  };
  const clusterObject = (resource: string, wanted: string): ApiObject | undefined =>
    objects.find(
      (one) =>
        one.namespace === undefined && one.resource === resource && one.object.metadata.name === wanted,
    )?.object;
  return {
    objects,
    nativeSnapshots: list(files.volumeSnapshots),
    podVolumeBackups: list(files.podVolumeBackups),
    namespace: (wanted) => clusterObject("namespaces", wanted),
    clusterObject,
  };
}
