/** What is read of Velero's objects and of the files in its bucket, as upstream writes them. Zeros are left out there. */
import * as z from "zod";
import type { Resource } from "../clients/kubernetes/resources.ts";
import { MetadataSchema } from "../gates/objects.ts";

const core = (resource: string): Resource => ({ group: "", version: "v1", resource });
export const NAMESPACES = core("namespaces");
export const CONFIG_MAPS = core("configmaps");
export const RESOURCE_QUOTAS = core("resourcequotas");
export const PERSISTENT_VOLUMES = core("persistentvolumes");
export const NETWORK_POLICIES: Resource = {
  group: "networking.k8s.io",
  version: "v1",
  resource: "networkpolicies",
};
export const RESTORES: Resource = { group: "velero.io", version: "v1", resource: "restores" };

const OwnedSchema = MetadataSchema.extend({ annotations: z.record(z.string(), z.string()).optional() });
export const NamedSchema = z.object({ metadata: OwnedSchema });
export type Named = z.infer<typeof NamedSchema>;

const count = z.number().default(0);

/** @see velero, pkg/apis/velero/v1/backup_types.go */
export const BackupSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ storageLocation: z.string().optional() }),
  status: z
    .object({
      phase: z.string().default("New"),
      startTimestamp: z.string().optional(),
      expiration: z.string().optional(),
      errors: count,
      failureReason: z.string().optional(),
      validationErrors: z.array(z.string()).optional(),
      progress: z.object({ itemsBackedUp: count }).optional(),
      volumeSnapshotsAttempted: count,
      volumeSnapshotsCompleted: count,
      csiVolumeSnapshotsAttempted: count,
      csiVolumeSnapshotsCompleted: count,
      backupItemOperationsFailed: count,
      hookStatus: z.object({ hooksFailed: count }).optional(),
    })
    .optional(),
});
export type Backup = z.infer<typeof BackupSchema>;

export const ScheduleSchema = z.object({
  metadata: MetadataSchema.extend({ creationTimestamp: z.string().optional() }),
  spec: z.object({ paused: z.boolean().optional() }),
});
export type Schedule = z.infer<typeof ScheduleSchema>;

/** @see velero, pkg/apis/velero/v1/backupstoragelocation_types.go */
export const LocationSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ objectStorage: z.object({ bucket: z.string() }), default: z.boolean().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      lastValidationTime: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
});
export type Location = z.infer<typeof LocationSchema>;

/** @see velero, pkg/apis/velero/v1/restore_types.go */
export const RestoreSchema = z.object({
  metadata: OwnedSchema,
  status: z
    .object({
      phase: z.string().default("New"),
      startTimestamp: z.string().optional(),
      completionTimestamp: z.string().optional(),
      errors: count,
      warnings: count,
      failureReason: z.string().optional(),
      validationErrors: z.array(z.string()).optional(),
      hookStatus: z.object({ hooksFailed: count }).optional(),
    })
    .optional(),
});
export type Restore = z.infer<typeof RestoreSchema>;

export const ConfigMapSchema = z.object({ data: z.record(z.string(), z.string()).default({}) });

export const PersistentVolumeSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    claimRef: z.object({ namespace: z.string().optional(), name: z.string().optional() }).optional(),
  }),
});
export type PersistentVolume = z.infer<typeof PersistentVolumeSchema>;

/** `v1/Pod` → `namespace/name`, or `name` of what has no namespace. */
export const ResourceListSchema = z.record(z.string(), z.array(z.string()));
export type ResourceList = z.infer<typeof ResourceListSchema>;

const MessagesSchema = z.object({
  velero: z.array(z.string()).nullish(),
  cluster: z.array(z.string()).nullish(),
  namespaces: z.record(z.string(), z.array(z.string())).nullish(),
});
/** `restore-<name>-results.gz`. @see velero, pkg/util/results/result.go */
export const ResultsSchema = z.object({
  errors: MessagesSchema.nullish(),
  warnings: MessagesSchema.nullish(),
});
export type Results = z.infer<typeof ResultsSchema>;

export const messagesOf = (messages: z.infer<typeof MessagesSchema> | null | undefined): string[] => [
  ...(messages?.velero ?? []),
  ...(messages?.cluster ?? []),
  ...Object.values(messages?.namespaces ?? {}).flat(),
];

/** `<backup>-volumeinfo.json.gz`. @see velero, internal/volume/volumes_information.go */
export const VolumeInfoSchema = z.object({
  pvcName: z.string().optional(),
  pvcNamespace: z.string().optional(),
  backupMethod: z.string().optional(),
  skipped: z.boolean().optional(),
  skippedReason: z.string().optional(),
  result: z.string().optional(),
  nativeSnapshotInfo: z.object({ snapshotHandle: z.string() }).optional(),
  pvbInfo: z.object({ snapshotHandle: z.string(), phase: z.string().optional() }).optional(),
});
export type VolumeInfo = z.infer<typeof VolumeInfoSchema>;
