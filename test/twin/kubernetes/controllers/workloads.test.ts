import { describe, expect, it } from "vitest";
import { sleepUntilSettled } from "../../../../lib/twin/kubernetes/controllers/dormancy.ts";
import { COLLECTIONS, type LoadBalancerRecord } from "../../../../lib/twin/world/records.ts";
import { conditionOf } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

const deployment = (image: string, replicas = 2) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image }] } },
  },
});

interface Status {
  status: Record<string, number>;
}

describe("workloads", () => {
  it("come up through a ReplicaSet and pods, after their image is pulled", async () => {
    const cluster = new TestCluster();
    cluster.create(DEPLOYMENTS, deployment("web:1"));
    await cluster.after(5);
    expect(cluster.get<Status>(`${DEPLOYMENTS}/web`)?.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      unavailableReplicas: 2,
    });
    expect(conditionOf(cluster.get(`${DEPLOYMENTS}/web`), "Progressing")).toMatchObject({
      status: "True",
      reason: "ReplicaSetUpdated",
    });
    await cluster.after(10);
    const ready = cluster.get<Status>(`${DEPLOYMENTS}/web`);
    expect(ready?.status).toMatchObject({ updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 });
    expect(ready?.status.unavailableReplicas).toBeUndefined();
    expect(conditionOf(ready, "Available")).toMatchObject({
      status: "True",
      reason: "MinimumReplicasAvailable",
    });
    const pods = cluster.list("/api/v1/namespaces/default/pods");
    expect(new Set(pods.map((pod) => (pod.spec as { nodeName: string }).nodeName)).size).toBe(2);
  });

  it("replace old pods only when the new ones are available", async () => {
    const cluster = new TestCluster();
    cluster.create(DEPLOYMENTS, deployment("web:1"));
    await cluster.after(20);
    const template = { spec: { containers: [{ name: "web", image: "web:2" }] } };
    cluster.request("PATCH", `${DEPLOYMENTS}/web`, { spec: { template } });
    await cluster.after(5);
    expect(cluster.get<Status>(`${DEPLOYMENTS}/web`)?.status).toMatchObject({
      observedGeneration: 2,
      replicas: 4,
      readyReplicas: 2,
      updatedReplicas: 2,
    });
    await cluster.after(15);
    expect(cluster.get<Status>(`${DEPLOYMENTS}/web`)?.status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      updatedReplicas: 2,
    });
    expect(cluster.list("/apis/apps/v1/namespaces/default/replicasets")).toHaveLength(2);
  });

  it("fail to progress when an image cannot be pulled, and recover when it can", async () => {
    const cluster = new TestCluster({ faults: [{ kind: "image-unpullable", image: "web:" }] });
    cluster.create(DEPLOYMENTS, deployment("web:1", 1));
    await cluster.after(30);
    const [pod] = cluster.list("/api/v1/namespaces/default/pods");
    expect(pod?.status).toMatchObject({
      containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }],
    });
    await cluster.after(600);
    expect(conditionOf(cluster.get(`${DEPLOYMENTS}/web`), "Progressing")).toMatchObject({
      status: "False",
      reason: "ProgressDeadlineExceeded",
    });
    cluster.world.collection(COLLECTIONS.faults).delete("0000");
    await cluster.after(600);
    expect(cluster.get<Status>(`${DEPLOYMENTS}/web`)?.status).toMatchObject({ readyReplicas: 1 });
  });

  it("wait for nodes, and start when one joins", async () => {
    const cluster = new TestCluster({ nodes: 0 });
    cluster.create(DEPLOYMENTS, deployment("web:1", 1));
    await cluster.after(60);
    const [pod] = cluster.list("/api/v1/namespaces/default/pods");
    expect(conditionOf(pod, "PodScheduled")).toMatchObject({ status: "False", reason: "Unschedulable" });
    cluster.joinNodes(1);
    await cluster.after(15);
    expect(cluster.get<Status>(`${DEPLOYMENTS}/web`)?.status).toMatchObject({ readyReplicas: 1 });
  });

  it("do not use a node that is not ready", async () => {
    const cluster = new TestCluster({ faults: [{ kind: "node-not-ready", remaining: 1 }] });
    cluster.create(DEPLOYMENTS, deployment("web:1", 4));
    await cluster.after(20);
    const ill = cluster
      .list("/api/v1/nodes")
      .filter((node) => conditionOf(node, "Ready")?.status === "False");
    expect(ill).toHaveLength(1);
    const used = cluster
      .list("/api/v1/namespaces/default/pods")
      .map((pod) => (pod.spec as { nodeName: string }).nodeName);
    expect(used).not.toContain(ill[0]?.metadata.name);
  });

  it("of a StatefulSet start in order, each with its volume", async () => {
    const cluster = new TestCluster();
    cluster.create("/apis/storage.k8s.io/v1/storageclasses", {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "gp3" },
      provisioner: "ebs.csi.aws.com",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    await cluster.after(20);
    cluster.create("/apis/apps/v1/namespaces/default/statefulsets", {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db", namespace: "default" },
      spec: {
        replicas: 2,
        serviceName: "db",
        selector: { matchLabels: { app: "db" } },
        template: {
          metadata: { labels: { app: "db" } },
          spec: { containers: [{ name: "db", image: "db:1" }] },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: "gp3",
              resources: { requests: { storage: "5Gi" } },
            },
          },
        ],
      },
    });
    await cluster.after(14);
    expect(cluster.list("/api/v1/namespaces/default/pods").map((pod) => pod.metadata.name)).toEqual(["db-0"]);
    await cluster.after(40);
    expect(cluster.get<Status>("/apis/apps/v1/namespaces/default/statefulsets/db")?.status).toMatchObject({
      readyReplicas: 2,
      updatedReplicas: 2,
    });
    const claims = cluster.list("/api/v1/namespaces/default/persistentvolumeclaims");
    expect(claims.map((claim) => [claim.metadata.name, (claim.status as { phase: string }).phase])).toEqual([
      ["data-db-0", "Bound"],
      ["data-db-1", "Bound"],
    ]);
  });

  it("stay unseen until the operation that made them begins", async () => {
    const cluster = new TestCluster();
    cluster.create(DEPLOYMENTS, deployment("web:1", 1));
    const reference = {
      cluster: "demo",
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "default",
      name: "web",
    };
    sleepUntilSettled(cluster.world, [reference])(cluster.clock.now() + 60_000, cluster.clock.now() + 90_000);
    await cluster.after(59);
    expect(cluster.list("/api/v1/namespaces/default/pods")).toEqual([]);
    await cluster.after(15);
    expect(cluster.get<Status>(`${DEPLOYMENTS}/web`)?.status).toMatchObject({ readyReplicas: 1 });
  });

  it("go on from a saved world as they would have gone on", async () => {
    const cluster = new TestCluster();
    cluster.create(DEPLOYMENTS, deployment("web:1", 1));
    await cluster.after(5);
    const saved = cluster.world.save();
    const other = new TestCluster({ resume: saved });
    await other.after(30);
    await cluster.after(30);
    expect(other.world.save().collections).toEqual(cluster.world.save().collections);
  });
});

describe("a Service of type LoadBalancer", () => {
  it("gets a name after seconds and answers after minutes", async () => {
    const cluster = new TestCluster();
    cluster.create("/api/v1/namespaces/default/services", {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "edge",
        namespace: "default",
        annotations: { "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags": "a=b,c=d" },
      },
      spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
    });
    await cluster.after(10);
    const path = "/api/v1/namespaces/default/services/edge";
    expect(cluster.get(path)?.status).toEqual({ loadBalancer: {} });
    await cluster.after(10);
    const [record] = cluster.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
    expect(cluster.get(path)?.status).toEqual({ loadBalancer: { ingress: [{ hostname: record?.dnsName }] } });
    expect(record).toMatchObject({ scheme: "internet-facing", type: "network", tags: { a: "b", c: "d" } });
    expect(record?.dnsName.startsWith(`${record.name}-`)).toBe(true);
    expect((record?.activeAt ?? 0) - cluster.clock.now()).toBe(220_000);
    cluster.request("DELETE", path);
    await cluster.after(1);
    expect(cluster.world.collection(COLLECTIONS.loadBalancers).keys()).toEqual([]);
  });
});

describe("node groups and add-ons", () => {
  it("take their nodes and workloads away with them", async () => {
    const cluster = new TestCluster();
    await cluster.after(20);
    cluster.joinNodes(1);
    cluster.world.emit("eks.addon.deleted", { cluster: "demo", addon: "kube-proxy" });
    await cluster.after(20);
    expect(cluster.list("/api/v1/nodes")).toHaveLength(1);
    expect(cluster.list("/apis/apps/v1/daemonsets").map(({ metadata }) => metadata.name)).not.toContain(
      "kube-proxy",
    );
    expect(
      cluster.get<Status>("/apis/apps/v1/namespaces/kube-system/deployments/coredns")?.status,
    ).toMatchObject({ readyReplicas: 2 });
    cluster.world.collection(COLLECTIONS.nodegroups).delete("demo/general");
    cluster.world.emit("eks.nodes.left", { cluster: "demo", nodegroup: "general" });
    expect(cluster.list("/api/v1/nodes")).toEqual([]);
  });
});
