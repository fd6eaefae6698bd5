import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiObject } from "../../../../lib/twin/kubernetes/api/api-object.ts";
import { nextTime, parseCron } from "../../../../lib/twin/kubernetes/controllers/backups/cron.ts";
import { addFault } from "../../../../lib/twin/world/faults.ts";
import {
  COLLECTIONS,
  type ObjectVersion,
  type SnapshotRecord,
  type VolumeRecord,
} from "../../../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../../../lib/twin/world/world.ts";
import { install } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const VELERO = "/apis/velero.io/v1/namespaces/velero";
const BUCKET = "backups";

/** A namespace with a volume that says of itself whether it is whole, a service open to the world, and Velero. */
async function home(): Promise<WorldSnapshot> {
  const cluster = new TestCluster();
  cluster.world
    .collection(COLLECTIONS.buckets)
    .set(BUCKET, { name: BUCKET, versioning: true, configuration: {} });
  cluster.create("/apis/storage.k8s.io/v1/storageclasses", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "gp3" },
    provisioner: "ebs.csi.aws.com",
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  });
  install(cluster, "velero", "velero", "velero", {
    credentials: { useSecret: false },
    deployNodeAgent: true,
    configuration: {
      volumeSnapshotLocation: [{ name: "default", provider: "aws" }],
      backupStorageLocation: [{ name: "default", provider: "aws", bucket: BUCKET, default: true }],
    },
    schedules: {
      daily: { schedule: "0 2 * * *", template: { ttl: "720h", snapshotVolumes: true } },
      weekly: {
        schedule: "0 3 * * 0",
        template: { ttl: "2160h", snapshotVolumes: false, defaultVolumesToFsBackup: true },
      },
    },
  });
  cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "canary" } });
  cluster.create("/api/v1/namespaces/canary/persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: "canary" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "gp3",
      resources: { requests: { storage: "1Gi" } },
    },
  });
  cluster.create("/api/v1/namespaces/canary/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "open", namespace: "canary" },
    spec: { type: "LoadBalancer", selector: { app: "canary" }, ports: [{ port: 80 }] },
  });
  const labels = { app: "canary" };
  cluster.create("/apis/apps/v1/namespaces/canary/deployments", {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "canary", namespace: "canary", labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "canary",
              image: "busybox",
              command: ["sh", "/scripts/write.sh"],
              env: [{ name: "HOME_NAMESPACE", value: "canary" }],
            },
          ],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
        },
      },
    },
  });
  cluster.create("/api/v1/namespaces/velero/configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "modifier", namespace: "velero" },
    data: {
      "modifier.yaml": [
        "version: v1",
        "resourceModifierRules:",
        "- conditions: {groupResource: services, matches: [{path: /spec/type, value: LoadBalancer}]}",
        `  mergePatches: [{patchData: '{"spec":{"type":"ClusterIP"}}'}]`,
      ].join("\n"),
    },
  });
  await cluster.after(300);
  return cluster.world.save();
}

/** Before the first night, and after it, with a backup of each kind. */
let ground: WorldSnapshot;
let morning: WorldSnapshot;
const BACKUPS = { daily: "velero-daily-20261125020000", weekly: "velero-weekly-now" };

beforeAll(async () => {
  ground = await home();
  const cluster = new TestCluster({ resume: ground });
  await cluster.after(18 * 3600);
  const weekly = get(cluster, `${VELERO}/schedules/velero-weekly`);
  cluster.create(`${VELERO}/backups`, {
    apiVersion: "velero.io/v1",
    kind: "Backup",
    metadata: { name: BACKUPS.weekly, namespace: "velero" },
    spec: weekly.spec.template,
  });
  await cluster.after(60);
  morning = cluster.world.save();
});

// biome-ignore lint/suspicious/noExplicitAny: an object of the API, as far down as a test looks
const get = (cluster: TestCluster, path: string): any => cluster.get(path);

const podPhases = (cluster: TestCluster): unknown[] =>
  cluster.list("/api/v1/namespaces/sandbox/pods").map(({ status }) => (status as { phase: string }).phase);

const backedUp = (kind: keyof typeof BACKUPS): { cluster: TestCluster; name: string } => ({
  cluster: new TestCluster({ resume: morning }),
  name: BACKUPS[kind],
});

async function restored(
  cluster: TestCluster,
  backupName: string,
  spec: Record<string, unknown> = {},
  // biome-ignore lint/suspicious/noExplicitAny: an object of the API
): Promise<any> {
  cluster.create(`${VELERO}/restores`, {
    apiVersion: "velero.io/v1",
    kind: "Restore",
    metadata: { name: "try", namespace: "velero" },
    spec: {
      backupName,
      includedNamespaces: ["canary"],
      namespaceMapping: { canary: "sandbox" },
      resourceModifier: { kind: "ConfigMap", name: "modifier" },
      ...spec,
    } as never,
  });
  await cluster.after(300);
  return get(cluster, `${VELERO}/restores/try`);
}

// biome-ignore lint/suspicious/noExplicitAny: JSON that a test looks into
const results = (cluster: TestCluster): any => {
  const versions = cluster.world
    .collection<ObjectVersion[]>(COLLECTIONS.objects)
    .get(`${BUCKET}/restores/try/restore-try-results.gz`);
  return JSON.parse(gunzipSync(Buffer.from(versions?.at(-1)?.body ?? "", "base64")).toString());
};

describe("a cron expression", () => {
  const after = Date.UTC(2026, 10, 24, 8, 0);
  it.each([
    ["0 2 * * *", "2026-11-25T02:00:00.000Z"],
    ["0 3 * * 0", "2026-11-29T03:00:00.000Z"],
    ["0 4 1 * *", "2026-12-01T04:00:00.000Z"],
    ["*/20 8-9 * * mon-fri", "2026-11-24T08:20:00.000Z"],
    ["0 0 1 * 5", "2026-11-27T00:00:00.000Z"],
    ["@monthly", "2026-12-01T00:00:00.000Z"],
  ])("%s comes next at %s", (text, expected) => {
    const cron = parseCron(text);
    expect(cron && new Date(nextTime(cron, after) ?? 0).toISOString()).toBe(expected);
  });
  it.each(["at two", "61 * * * *", "0 2 * *", "0 2 31-1 * *"])("rejects %s", (text) => {
    expect(parseCron(text)).toBeUndefined();
  });
});

describe("Velero's schedules", () => {
  it("make a backup when their time has come, and none before", () => {
    expect(new TestCluster({ resume: ground }).list(`${VELERO}/backups`)).toEqual([]);
    const { cluster } = backedUp("daily");
    const backup = get(cluster, `${VELERO}/backups/${BACKUPS.daily}`);
    expect(backup.metadata).toMatchObject({
      name: "velero-daily-20261125020000",
      labels: { "velero.io/schedule-name": "velero-daily", "velero.io/storage-location": "default" },
    });
    expect(backup.status).toMatchObject({
      phase: "Completed",
      volumeSnapshotsAttempted: 1,
      volumeSnapshotsCompleted: 1,
    });
    expect(get(cluster, `${VELERO}/schedules/velero-daily`).status.lastBackup).toBe("2026-11-25T02:00:00Z");
  });
});

describe("Velero's restore", () => {
  it("makes a snapshot's volume anew under another name, and the objects in the mapped namespace", async () => {
    const { cluster, name } = backedUp("daily");
    const before = cluster.list("/api/v1/persistentvolumes");
    const restore = await restored(cluster, name);
    expect(restore.status).toMatchObject({ phase: "Completed" });
    const labels = { "velero.io/restore-name": "try", "velero.io/backup-name": name };
    const claim = get(cluster, "/api/v1/namespaces/sandbox/persistentvolumeclaims/data");
    expect(claim.metadata.labels).toMatchObject(labels);
    expect(claim.status.phase).toBe("Bound");
    const volume = get(cluster, `/api/v1/persistentvolumes/${claim.spec.volumeName}`);
    expect(volume.metadata.annotations["velero.io/original-pv-name"]).toBe(before[0]?.metadata.name);
    const record = cluster.world
      .collection<VolumeRecord>(COLLECTIONS.volumes)
      .get(volume.spec.csi.volumeHandle);
    const [snapshot] = cluster.world.collection<SnapshotRecord>(COLLECTIONS.snapshots).values();
    expect(record?.canary).toEqual(snapshot?.canary);
    expect(podPhases(cluster)).toEqual(["Running"]);
    expect(get(cluster, "/api/v1/namespaces/sandbox/services/open").spec.type).toBe("ClusterIP");
  });

  it("fills volumes by files before their pods run", async () => {
    const { cluster, name } = backedUp("weekly");
    const restore = await restored(cluster, name);
    expect(restore.status).toMatchObject({ phase: "Completed" });
    const claim = get(cluster, "/api/v1/namespaces/sandbox/persistentvolumeclaims/data");
    const handle = get(cluster, `/api/v1/persistentvolumes/${claim.spec.volumeName}`).spec.csi.volumeHandle;
    const record = cluster.world.collection<VolumeRecord>(COLLECTIONS.volumes).get(handle);
    expect(record?.canary?.writtenAt).toBeLessThanOrEqual(morning.now);
    expect(podPhases(cluster)).toEqual(["Running"]);
  });

  it("fails in part without ec2:CreateVolume, and says so where Velero does", async () => {
    const { cluster, name } = backedUp("daily");
    cluster.denied.add("ec2:CreateVolume");
    cluster.request("PATCH", "/api/v1/namespaces/velero/serviceaccounts/velero-server", {
      metadata: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/velero" } },
    });
    const restore = await restored(cluster, name);
    expect(restore.status).toMatchObject({ phase: "PartiallyFailed", errors: 1 });
    expect(results(cluster).errors.namespaces.sandbox[0]).toContain("ec2:CreateVolume");
  });

  it("leaves out excluded kinds, and changes nothing that is there already", async () => {
    const { cluster, name } = backedUp("daily");
    cluster.create("/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "sandbox" },
    });
    cluster.create("/apis/apps/v1/namespaces/sandbox/deployments", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "canary", namespace: "sandbox" },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: "canary" } },
        template: {
          metadata: { labels: { app: "canary" } },
          spec: { containers: [{ name: "own", image: "own" }] },
        },
      },
    });
    const restore = await restored(cluster, name, { excludedResources: ["services"] });
    expect(get(cluster, "/api/v1/namespaces/sandbox/services/open")).toBeUndefined();
    expect(get(cluster, "/apis/apps/v1/namespaces/sandbox/deployments/canary").spec.replicas).toBe(0);
    expect(restore.status.warnings).toBe(1);
    expect(results(cluster).warnings.namespaces.sandbox[0]).toContain("already exists");
  });

  it("takes its own traces with it when it is deleted, and leaves what it restored", async () => {
    const { cluster, name } = backedUp("daily");
    await restored(cluster, name);
    cluster.request("DELETE", `${VELERO}/restores/try`);
    await cluster.after(5);
    expect(get(cluster, `${VELERO}/restores/try`)).toBeUndefined();
    const versions = cluster.world
      .collection<ObjectVersion[]>(COLLECTIONS.objects)
      .get(`${BUCKET}/restores/try/restore-try-results.gz`);
    expect(versions?.at(-1)?.deleteMarker).toBe(true);
    expect((cluster.list("/api/v1/namespaces/sandbox/pods") as ApiObject[]).length).toBe(1);
    cluster.request("DELETE", "/api/v1/namespaces/sandbox");
    await cluster.after(30);
    expect(cluster.list("/api/v1/persistentvolumes")).toHaveLength(1);
    expect(cluster.world.collection(COLLECTIONS.volumes).keys()).toHaveLength(1);
  });

  it("finds another cluster's backups in a location that it only reads, and restores files out of it", async () => {
    const { cluster, name } = backedUp("weekly");
    for (const one of ["backups", "podvolumebackups"])
      for (const { metadata } of cluster.list(`${VELERO}/${one}`))
        cluster.request("DELETE", `${VELERO}/${one}/${metadata.name}`);
    cluster.denied.add("s3:PutObject");
    cluster.request("PATCH", "/api/v1/namespaces/velero/serviceaccounts/velero-server", {
      metadata: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/velero" } },
    });
    cluster.create(`${VELERO}/backupstoragelocations`, {
      apiVersion: "velero.io/v1",
      kind: "BackupStorageLocation",
      metadata: { name: "recovery", namespace: "velero" },
      spec: { provider: "aws", accessMode: "ReadOnly", objectStorage: { bucket: BUCKET } },
    });
    await cluster.after(120);
    const found = get(cluster, `${VELERO}/backups/${name}`);
    expect(found).toMatchObject({
      metadata: { labels: { "velero.io/storage-location": "recovery" } },
      spec: { storageLocation: "recovery" },
      status: { phase: "Completed" },
    });
    expect(cluster.list(`${VELERO}/podvolumebackups`)).toHaveLength(1);
    const objects = cluster.world.collection(COLLECTIONS.objects).keys();
    const restore = await restored(cluster, name);
    expect(restore.status).toMatchObject({ phase: "Completed" });
    expect(podPhases(cluster)).toEqual(["Running"]);
    // Not even what it has to tell of the restore.
    expect(cluster.world.collection(COLLECTIONS.objects).keys()).toEqual(objects);
  });

  it("never ends when it is stuck, and fails validation without its backup", async () => {
    const { cluster, name } = backedUp("daily");
    addFault(cluster.world, { kind: "restore-stuck" });
    expect((await restored(cluster, name)).status.phase).toBe("InProgress");
    const other = new TestCluster({ resume: ground });
    expect((await restored(other, "gone")).status.phase).toBe("FailedValidation");
  });
});
