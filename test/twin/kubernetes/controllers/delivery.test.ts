import { describe, expect, it } from "vitest";
import { COLLECTIONS, type FaultRecord } from "../../../../lib/twin/world/records.ts";
import { APPLICATION, type ApplicationStatus, install, makeApplication } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const open = async (faults: FaultRecord[] = [], version?: string): Promise<TestCluster> => {
  const cluster = new TestCluster({ faults });
  install(cluster, "argocd", "argo-cd", "argocd");
  await cluster.after(60);
  cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  makeApplication(cluster, version);
  return cluster;
};
const statusOf = (cluster: TestCluster) => cluster.get<ApplicationStatus>(APPLICATION)?.status;

describe("Argo CD", () => {
  it("syncs a chart and calls it Healthy when its workloads are up", async () => {
    const cluster = await open();
    await cluster.after(20);
    expect(statusOf(cluster)).toMatchObject({
      sync: { status: "Synced" },
      health: { status: "Progressing" },
      operationState: { phase: "Succeeded" },
    });
    await cluster.after(160);
    const status = statusOf(cluster);
    expect(status).toMatchObject({
      sync: { status: "Synced", revision: "0.10.6" },
      health: { status: "Healthy" },
    });
    expect(Date.parse(status?.reconciledAt ?? "")).toBeGreaterThan(
      Date.parse(status?.operationState.finishedAt ?? ""),
    );
    expect(status?.resources.length).toBeGreaterThan(30);
  });

  it("takes minutes for the twelve services of the shop, not seconds", async () => {
    const cluster = await open();
    await cluster.after(100);
    expect(statusOf(cluster)?.health.status).toBe("Progressing");
  });

  it("heals what somebody deletes", async () => {
    const cluster = await open();
    await cluster.after(200);
    cluster.request("DELETE", "/apis/apps/v1/namespaces/shop/deployments/frontend");
    await cluster.after(1);
    expect(statusOf(cluster)?.sync.status).toBe("OutOfSync");
    await cluster.after(30);
    expect(statusOf(cluster)).toMatchObject({ sync: { status: "Synced" }, health: { status: "Healthy" } });
  });

  it("fails to become Healthy when a workload crashes, and says Degraded after its deadline", async () => {
    const cluster = await open([{ kind: "application-degraded", application: "shop" }]);
    await cluster.after(300);
    expect(statusOf(cluster)).toMatchObject({
      sync: { status: "Synced" },
      health: { status: "Progressing" },
    });
    await cluster.after(400);
    expect(statusOf(cluster)?.health.status).toBe("Degraded");
  });

  it("fails to stay Synced though Healthy when something rewrites a resource", async () => {
    const cluster = await open([{ kind: "application-out-of-sync", application: "shop" }]);
    await cluster.after(400);
    expect(statusOf(cluster)).toMatchObject({ sync: { status: "OutOfSync" }, health: { status: "Healthy" } });
    expect(statusOf(cluster)?.resources.filter(({ status }) => status === "OutOfSync")).toHaveLength(1);
    cluster.world.collection(COLLECTIONS.faults).delete("0000");
    await cluster.after(200);
    expect(statusOf(cluster)?.sync.status).toBe("Synced");
  });

  it("fails to compare with a chart version that is not there", async () => {
    const cluster = await open([], "9.9.9");
    await cluster.after(30);
    expect(statusOf(cluster)?.conditions).toEqual([
      expect.objectContaining({ type: "ComparisonError", message: expect.stringContaining("9.9.9") }),
    ]);
    expect(statusOf(cluster)?.sync.status).toBe("Unknown");
  });

  it("takes everything with it when it is deleted with its finalizer", async () => {
    const cluster = await open();
    await cluster.after(200);
    cluster.request("DELETE", APPLICATION);
    await cluster.after(5);
    expect(cluster.get(APPLICATION)).toBeUndefined();
    expect(cluster.list("/apis/apps/v1/namespaces/shop/deployments")).toEqual([]);
    expect(cluster.list("/api/v1/namespaces/shop/pods")).toEqual([]);
  });

  it("does nothing without its controller", async () => {
    const cluster = await open();
    cluster.request("PATCH", "/apis/apps/v1/namespaces/argocd/statefulsets/argocd-application-controller", {
      spec: { replicas: 0 },
    });
    await cluster.after(300);
    expect(statusOf(cluster)).toBeUndefined();
  });
});
