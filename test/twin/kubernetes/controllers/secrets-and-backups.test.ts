import { describe, expect, it } from "vitest";
import { COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import { conditionOf, install } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const SECRET = "/apis/external-secrets.io/v1/namespaces/default/externalsecrets/canary";
const STORE = "/apis/external-secrets.io/v1/clustersecretstores";

async function withStore(): Promise<TestCluster> {
  const cluster = new TestCluster();
  install(cluster, "external-secrets", "external-secrets", "external-secrets");
  await cluster.after(60);
  cluster.world
    .collection(COLLECTIONS.roles)
    .set("store", { assumeRolePolicy: "system:serviceaccount:default:reader" });
  cluster.world
    .collection(COLLECTIONS.parameters)
    .set("/demo/canary", { name: "/demo/canary", value: "first" });
  cluster.create("/api/v1/namespaces/default/serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: "reader",
      namespace: "default",
      annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/store" },
    },
  });
  const serviceAccountRef = { name: "reader", namespace: "default" };
  cluster.create(STORE, {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: "parameter-store" },
    spec: {
      provider: {
        aws: { service: "ParameterStore", region: "eu-central-1", auth: { jwt: { serviceAccountRef } } },
      },
    },
  });
  return cluster;
}

function makeSecret(cluster: TestCluster): void {
  cluster.create("/apis/external-secrets.io/v1/namespaces/default/externalsecrets", {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: "canary", namespace: "default" },
    spec: {
      refreshInterval: "5m0s",
      secretStoreRef: { kind: "ClusterSecretStore", name: "parameter-store" },
      data: [{ secretKey: "value", remoteRef: { key: "/demo/canary" } }],
    },
  });
}

const value = (cluster: TestCluster): string | undefined =>
  cluster.get<{ data: { value: string } }>("/api/v1/namespaces/default/secrets/canary")?.data.value;
const encoded = (text: string): string => Buffer.from(text).toString("base64");

describe("external-secrets", () => {
  it("copies a parameter and follows it at the refresh interval", async () => {
    const cluster = await withStore();
    makeSecret(cluster);
    await cluster.after(10);
    expect(conditionOf(cluster.get(`${STORE}/parameter-store`), "Ready")).toMatchObject({
      status: "True",
      reason: "Valid",
    });
    expect(conditionOf(cluster.get(SECRET), "Ready")).toMatchObject({
      status: "True",
      reason: "SecretSynced",
    });
    expect(value(cluster)).toBe(encoded("first"));
    cluster.world
      .collection(COLLECTIONS.parameters)
      .set("/demo/canary", { name: "/demo/canary", value: "second" });
    await cluster.after(60);
    expect(value(cluster)).toBe(encoded("first"));
    await cluster.after(300);
    expect(value(cluster)).toBe(encoded("second"));
  });

  it("fails when the role may not read, though the store is Valid, and recovers", async () => {
    const cluster = await withStore();
    cluster.denied.add("ssm:GetParameter");
    makeSecret(cluster);
    await cluster.after(10);
    expect(conditionOf(cluster.get(`${STORE}/parameter-store`), "Ready")).toMatchObject({
      status: "True",
      reason: "Valid",
    });
    expect(conditionOf(cluster.get(SECRET), "Ready")).toMatchObject({
      status: "False",
      reason: "SecretSyncedError",
      message: expect.stringContaining("ssm:GetParameter"),
    });
    cluster.denied.clear();
    await cluster.after(60);
    expect(conditionOf(cluster.get(SECRET), "Ready")).toMatchObject({ status: "True" });
  });

  it("fails to validate a store whose service account the role does not trust", async () => {
    const cluster = await withStore();
    cluster.world
      .collection(COLLECTIONS.roles)
      .set("store", { assumeRolePolicy: "system:serviceaccount:other:reader" });
    cluster.request("PATCH", `${STORE}/parameter-store`, { metadata: { labels: { touched: "yes" } } });
    await cluster.after(5);
    expect(conditionOf(cluster.get(`${STORE}/parameter-store`), "Ready")).toMatchObject({
      status: "False",
      reason: "InvalidProviderConfig",
    });
  });
});

describe("Velero", () => {
  const LOCATION = "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/default";
  const phase = (cluster: TestCluster, path: string): string | undefined =>
    cluster.get<{ status?: { phase: string } }>(path)?.status?.phase;
  const open = async (bucket: boolean): Promise<TestCluster> => {
    const cluster = new TestCluster();
    if (bucket) cluster.world.collection(COLLECTIONS.buckets).set("backups", { name: "backups" });
    install(cluster, "velero", "velero", "velero", {
      credentials: { useSecret: false },
      configuration: {
        volumeSnapshotLocation: [{ name: "default", provider: "aws" }],
        backupStorageLocation: [{ name: "default", provider: "aws", bucket: "backups", default: true }],
      },
      schedules: {
        daily: { schedule: "0 2 * * *", template: { ttl: "240h" } },
        wrong: { schedule: "at two", template: {} },
      },
    });
    await cluster.after(120);
    return cluster;
  };

  it("keeps validating its location", async () => {
    const cluster = await open(true);
    await cluster.after(600);
    const status = cluster.get<{ status: { phase: string; lastValidationTime: string } }>(LOCATION)?.status;
    expect(status?.phase).toBe("Available");
    expect(cluster.clock.now() - Date.parse(status?.lastValidationTime ?? "")).toBeLessThanOrEqual(60_000);
  });

  it("fails a location whose bucket does not exist", async () => {
    expect(phase(await open(false), LOCATION)).toBe("Unavailable");
  });

  it("enables schedules, and fails one whose time is no cron expression", async () => {
    const cluster = await open(true);
    expect(phase(cluster, "/apis/velero.io/v1/namespaces/velero/schedules/velero-daily")).toBe("Enabled");
    expect(phase(cluster, "/apis/velero.io/v1/namespaces/velero/schedules/velero-wrong")).toBe(
      "FailedValidation",
    );
  });

  it("completes a backup that somebody asks for", async () => {
    const cluster = await open(true);
    cluster.create("/apis/velero.io/v1/namespaces/velero/backups", {
      apiVersion: "velero.io/v1",
      kind: "Backup",
      metadata: { name: "now", namespace: "velero" },
      spec: {},
    });
    await cluster.after(5);
    expect(phase(cluster, "/apis/velero.io/v1/namespaces/velero/backups/now")).toBe("InProgress");
    await cluster.after(30);
    expect(phase(cluster, "/apis/velero.io/v1/namespaces/velero/backups/now")).toBe("Completed");
  });
});
