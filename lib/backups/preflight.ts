import * as z from "zod";
import type { BackupStore } from "../clients/backup-store.ts";
import { BACKUP_LOCATIONS } from "../clients/kubernetes/resources.ts";
import { type Reading, readable, unreadable } from "../gates/reading.ts";
import { settle } from "./evidence.ts";
import { judgePreflight, type Snapshot, type StoredObject } from "./judge-preflight.ts";
import {
  CONFIG_MAPS,
  ConfigMapSchema,
  LocationSchema,
  NAMESPACES,
  NamedSchema,
  ResourceListSchema,
  VolumeInfoSchema,
} from "./objects.ts";
import type { VerificationPorts } from "./ports.ts";
import { RESTORE_MODIFIER, VELERO_NAMESPACE } from "./sandbox.ts";
import type { Execution, Target } from "./settings.ts";

/** Layout of Velero's bucket. @see https://velero.io/docs/main/output-file-format/ */
export const backupFolder = ({ backup }: Target): string => `backups/${backup.name}/`;
export const resourceListKey = (target: Target): string =>
  `${backupFolder(target)}${target.backup.name}-resource-list.json.gz`;
const volumeInfoKey = (target: Target): string =>
  `${backupFolder(target)}${target.backup.name}-volumeinfo.json.gz`;

/**
 * Everything that can be known before anything is made.
 * @throws GateFailedError naming the first thing that does not hold; nothing was made then
 */
export async function preflight(
  { execution, target, snapshots }: { execution: Execution; target: Target; snapshots: readonly Snapshot[] },
  ports: VerificationPorts,
  now: Date,
): Promise<object> {
  const { bucket } = target.backup;
  const inCluster = await ports.withCluster(now, async (cluster) => {
    const locations = await cluster.list(BACKUP_LOCATIONS, { namespace: VELERO_NAMESPACE }, LocationSchema);
    const dataOf = async (namespace: string, name: string) =>
      (await cluster.get(CONFIG_MAPS, { namespace, name }, ConfigMapSchema))?.data;
    return {
      location: locations.find(({ spec }) => spec.objectStorage.bucket === bucket),
      namespace: (await cluster.get(NAMESPACES, { name: target.sandbox }, NamedSchema)) ?? undefined,
      modifier: await dataOf(VELERO_NAMESPACE, RESTORE_MODIFIER),
      argocd: await dataOf("argocd", "argocd-cm"),
    };
  });
  const facts = {
    ...inCluster,
    snapshots,
    objects: await storedObjects(target, ports.bucket),
    resources: asReading(await ports.bucket.readJson(bucket, resourceListKey(target), ResourceListSchema)),
    volumes: asReading(await ports.bucket.readJson(bucket, volumeInfoKey(target), z.array(VolumeInfoSchema))),
  };
  const findings = judgePreflight(facts, target, execution.arn, now);
  await settle(findings, { execution, path: [target.name, "preflight"] }, ports, now);
  return {};
}

/** The backup's own, and, if it holds files, the repository of its namespace: an old pack may hold today's data. */
async function storedObjects(target: Target, store: BackupStore): Promise<StoredObject[]> {
  const { bucket } = target.backup;
  const own = await store.list(bucket, backupFolder(target));
  return target.path === "files"
    ? [...own, ...(await store.list(bucket, `kopia/${target.namespace}/`))]
    : own;
}

const asReading = <T>(value: T | string): Reading<T> =>
  typeof value === "string" ? unreadable(value) : readable(value);
