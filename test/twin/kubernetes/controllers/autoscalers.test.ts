import { describe, expect, it } from "vitest";
import { addFault } from "../../../../lib/twin/world/faults.ts";
import { conditionOf } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const SCALERS = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";

/** A Deployment whose containers ask for CPU, and an autoscaler of it between 2 and 5. */
function scaled({ withMetrics = true } = {}): TestCluster {
  const cluster = new TestCluster();
  if (withMetrics)
    cluster.create("/apis/apiregistration.k8s.io/v1/apiservices", {
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: { group: "metrics.k8s.io", version: "v1beta1" },
    });
  const container = { name: "web", image: "web:1", resources: { requests: { cpu: "100m" } } };
  cluster.create(DEPLOYMENTS, {
    metadata: { name: "web" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [container] } },
    },
  });
  cluster.create(SCALERS, {
    metadata: { name: "web" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      minReplicas: 2,
      maxReplicas: 5,
    },
  });
  return cluster;
}

const replicas = (cluster: TestCluster): number | undefined =>
  cluster.get<{ spec: { replicas: number } }>(`${DEPLOYMENTS}/web`)?.spec.replicas;

describe("an autoscaler", () => {
  it("rests at its minimum while nothing loads the pods", async () => {
    const cluster = scaled();
    await cluster.after(60);
    expect(replicas(cluster)).toBe(2);
    const scaler = cluster.get(`${SCALERS}/web`);
    expect(conditionOf(scaler, "ScalingActive")).toMatchObject({
      status: "True",
      reason: "ValidMetricFound",
    });
    expect(conditionOf(scaler, "ScalingLimited")).toMatchObject({ status: "True", reason: "TooFewReplicas" });
  });

  it("grows under load up to its maximum, and waits before it shrinks again", async () => {
    const cluster = scaled();
    await cluster.after(60);
    addFault(cluster.world, { kind: "load", workload: "web", factor: 20 });
    await cluster.after(120);
    expect(replicas(cluster)).toBe(5);
    expect(conditionOf(cluster.get(`${SCALERS}/web`), "ScalingLimited")?.reason).toBe("TooManyReplicas");
    for (const key of cluster.world.collection("faults").keys())
      cluster.world.collection("faults").delete(key);
    await cluster.after(120);
    expect(replicas(cluster)).toBe(5);
    await cluster.after(700);
    expect(replicas(cluster)).toBe(2);
  });

  it("says that it cannot measure where no metrics server answers, and stays", async () => {
    const cluster = scaled({ withMetrics: false });
    await cluster.after(60);
    expect(replicas(cluster)).toBe(2);
    expect(conditionOf(cluster.get(`${SCALERS}/web`), "ScalingActive")).toMatchObject({
      status: "False",
      reason: "FailedGetResourceMetric",
    });
  });
});

it("the metrics API is there with its server, and measures nodes and running pods", async () => {
  const cluster = scaled();
  await cluster.after(60);
  const pods = cluster.list("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods");
  expect(pods).toHaveLength(2);
  expect(pods[0]).toMatchObject({
    containers: [{ name: "web", usage: { cpu: expect.stringMatching(/^\d+n$/) } }],
  });
  expect(cluster.list("/apis/metrics.k8s.io/v1beta1/nodes")).toHaveLength(3);
  const resumed = new TestCluster({ resume: cluster.world.save() });
  expect(resumed.list("/apis/metrics.k8s.io/v1beta1/nodes")).toHaveLength(3);
  cluster.request("DELETE", "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io");
  expect(cluster.request("GET", "/apis/metrics.k8s.io/v1beta1/nodes").status).toBe(404);
});
