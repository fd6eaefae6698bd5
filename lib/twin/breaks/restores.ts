import { gunzipSync, gzipSync } from "node:zlib";
import { type ApiObject, timestamp } from "../kubernetes/api/api-object.ts";
import { SYSTEM_MASTERS } from "../kubernetes/contract.ts";
import { addFault } from "../world/faults.ts";
import { COLLECTIONS, type ObjectVersion, type RoleRecord, type SnapshotRecord } from "../world/records.ts";
import type { Json } from "../world/world.ts";
import type { Break, BreakTarget } from "./break.ts";

/**
 * What may be wrong with backups that are there already, and with what restores them. Those that change a backup take
 * the newest of the daily schedule, or, for files, of the weekly one.
 */

const DAY = 24 * 3_600_000;

const objectsOf = ({ world }: BreakTarget) => world.collection<ApiObject>(COLLECTIONS.kubernetesObjects);
const contents = ({ world }: BreakTarget) => world.collection<ObjectVersion[]>(COLLECTIONS.objects);

/** Key in the world, and record, of a schedule's newest backup. @throws Error if there is none to break */
function newest(target: BreakTarget, schedule: string): [key: string, backup: ApiObject] {
  const label = "velero.io/schedule-name";
  const found = objectsOf(target)
    .entries()
    .filter(
      ([key, { kind, metadata }]) =>
        key.startsWith(`${target.environment}/`) &&
        kind === "Backup" &&
        metadata.labels?.[label] === schedule,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .at(-1);
  if (!found) throw new Error(`the world has no backup of ${schedule} that could be broken`);
  return found;
}

type Status = { [field: string]: Json };

function changeStatus(target: BreakTarget, schedule: string, change: (status: Status) => Status): void {
  const [key] = newest(target, schedule);
  objectsOf(target).update(key, (backup) => ({ ...backup, status: change((backup.status ?? {}) as Status) }));
}

/** Rewrites gzipped JSON of a bucket, as somebody with rights there could. */
function rewrite(target: BreakTarget, keyEnd: string, change: (value: Json) => Json): void {
  const objects = contents(target);
  for (const key of objects.keys().filter((name) => name.endsWith(keyEnd)))
    objects.update(key, (versions) =>
      versions.map((version) => {
        const value = JSON.parse(gunzipSync(Buffer.from(version.body, "base64")).toString()) as Json;
        return { ...version, body: gzipSync(JSON.stringify(change(value))).toString("base64") };
      }),
    );
}

function withoutAction(policy: Json, action: string): Json {
  if (Array.isArray(policy))
    return policy.filter((each) => each !== action).map((each) => withoutAction(each, action));
  if (typeof policy !== "object" || policy === null) return policy;
  return Object.fromEntries(
    Object.entries(policy).map(([name, value]) => [name, withoutAction(value, action)]),
  );
}

function changeConfigMap(target: BreakTarget, place: string, change: (data: Status) => Status): void {
  const key = `${target.environment}/v1/ConfigMap/${place}`;
  objectsOf(target).update(key, (map) => ({ ...map, data: change((map.data ?? {}) as Status) }));
}

export const RESTORE_BREAKS: readonly Break[] = [
  {
    name: "backup-incomplete",
    description: "the newest daily backup is PartiallyFailed",
    prepare: (target) =>
      changeStatus(target, "velero-daily", (status) => ({ ...status, phase: "PartiallyFailed", errors: 1 })),
  },
  {
    name: "backup-empty",
    description: "the newest daily backup is Completed and holds nothing",
    prepare(target) {
      const [, backup] = newest(target, "velero-daily");
      changeStatus(target, "velero-daily", (status) => ({
        ...status,
        progress: { totalItems: 0, itemsBackedUp: 0 },
        volumeSnapshotsAttempted: 0,
        volumeSnapshotsCompleted: 0,
      }));
      rewrite(target, `/${backup.metadata.name}-resource-list.json.gz`, () => ({}));
    },
  },
  {
    name: "backup-stale",
    description: "the newest daily backup is five days old",
    prepare: (target) =>
      changeStatus(target, "velero-daily", (status) => ({
        ...status,
        startTimestamp: timestamp(Date.parse(String(status.startTimestamp)) - 5 * DAY),
      })),
  },
  {
    name: "backup-volume-missing",
    description: "somebody has deleted the EBS snapshots of the newest daily backup",
    prepare(target) {
      const [, backup] = newest(target, "velero-daily");
      const snapshots = target.world.collection<SnapshotRecord>(COLLECTIONS.snapshots);
      for (const [id, { tags }] of snapshots.entries())
        if (tags["velero.io/backup"] === backup.metadata.name) snapshots.delete(id);
    },
  },
  {
    name: "backup-archived",
    description: "a lifecycle rule has moved the files of the canary's volume to Glacier",
    prepare(target) {
      const objects = contents(target);
      for (const key of objects.keys().filter((name) => name.includes("/kopia/backup-canary/")))
        objects.update(key, (versions) =>
          versions.map((version) => ({ ...version, storageClass: "GLACIER" })),
        );
    },
  },
  {
    name: "velero-cannot-create-volume",
    description: "the policy of Velero's role lacks ec2:CreateVolume: backups succeed, restores do not",
    prepare: ({ world, environment }) => {
      world.collection<RoleRecord>(COLLECTIONS.roles).update(`${environment}-velero`, (role) => ({
        ...role,
        policies: withoutAction(role.policies, "ec2:CreateVolume") as Record<string, Json>,
      }));
    },
  },
  {
    name: "canary-corrupted",
    description: "the canary's file is damaged in the newest daily backup's snapshot",
    prepare(target) {
      const [, backup] = newest(target, "velero-daily");
      const snapshots = target.world.collection<SnapshotRecord>(COLLECTIONS.snapshots);
      for (const [id, snapshot] of snapshots.entries())
        if (snapshot.canary && snapshot.tags["velero.io/backup"] === backup.metadata.name)
          snapshots.set(id, { ...snapshot, canary: { ...snapshot.canary, actual: "0".repeat(64) } });
    },
  },
  {
    name: "restored-image-gone",
    description: "the image of the canary is gone from its registry: what runs goes on, a copy cannot start",
    prepare: ({ world }) => addFault(world, { kind: "image-unpullable", image: "library/busybox:" }),
  },
  {
    name: "restore-stuck",
    description: "Velero begins a restore and never goes on",
    prepare: ({ world }) => addFault(world, { kind: "restore-stuck" }),
  },
  {
    name: "backup-location-unavailable",
    description: "Velero's role may no longer list its bucket, and the location says so",
    prepare(target) {
      const { world, environment } = target;
      world.collection<RoleRecord>(COLLECTIONS.roles).update(`${environment}-velero`, (role) => ({
        ...role,
        policies: withoutAction(role.policies, "s3:ListBucket") as Record<string, Json>,
      }));
      const key = `${environment}/velero.io/v1/BackupStorageLocation/velero/default`;
      objectsOf(target).update(key, (location) => ({
        ...location,
        status: {
          ...(location.status as Status),
          phase: "Unavailable",
          message: "AccessDenied: s3:ListBucket",
        },
      }));
    },
  },
  {
    name: "sandbox-taken",
    description: "a namespace of the name of the next sandbox is there, with somebody's work in it",
    prepare({ world, environment, kubernetes }) {
      const next = String(world.collection(COLLECTIONS.executions).keys().length + 1).padStart(4, "0");
      const name = `restore-verify-daily-verify-backup-${next}`;
      const make = (path: string, body: Json): void => {
        kubernetes.cluster(environment).handle({ user: SYSTEM_MASTERS, method: "POST", path, body });
      };
      make("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
      make(`/api/v1/namespaces/${name}/configmaps`, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "somebodys-work", namespace: name },
        data: { precious: "yes" },
      });
    },
  },
  {
    name: "restore-unfenced",
    description: "somebody has emptied the rules by which copies open no load balancer and run no job",
    prepare: (target) =>
      changeConfigMap(target, "velero/restore-verify", (data) =>
        Object.fromEntries(
          Object.keys(data).map((name) => [name, "version: v1\nresourceModifierRules: []\n"]),
        ),
      ),
  },
  {
    name: "argocd-tracks-by-label",
    description: "Argo CD tracks by label, and would take restored copies for its own",
    prepare: (target) =>
      changeConfigMap(target, "argocd/argocd-cm", (data) => ({
        ...data,
        "application.resourceTrackingMethod": "label",
      })),
  },
];
