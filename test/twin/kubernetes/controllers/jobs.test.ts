import { describe, expect, it } from "vitest";
import type { Json } from "../../../../lib/twin/world/world.ts";
import { conditionOf } from "./platform.ts";
import { TestCluster } from "./test-cluster.ts";

const JOBS = "/apis/batch/v1/namespaces/default/jobs";
const CRON_JOBS = "/apis/batch/v1/namespaces/default/cronjobs";
const PODS = "/api/v1/namespaces/default/pods";

const template = (script: string): Json => ({
  spec: {
    restartPolicy: "Never",
    containers: [{ name: "main", image: "busybox:1", command: ["sh", "-c", script] }],
  },
});

const job = (script: string, spec: { [key: string]: Json } = {}): Json => ({
  metadata: { name: "work" },
  spec: { template: template(script), ...spec },
});

interface JobStatus {
  status: { failed?: number; succeeded?: number; active?: number };
}

describe("Jobs", () => {
  it("run as many pods as they want to succeed, a few at a time", async () => {
    const cluster = new TestCluster();
    cluster.create(JOBS, job("echo done", { completions: 3, parallelism: 2 }));
    await cluster.after(5);
    expect(cluster.list(PODS)).toHaveLength(2);
    await cluster.after(120);
    expect(cluster.get<JobStatus>(`${JOBS}/work`)?.status).toMatchObject({ succeeded: 3 });
    expect(conditionOf(cluster.get(`${JOBS}/work`), "Complete")?.status).toBe("True");
  });

  it("try again after a pause that doubles, and fail past their limit", async () => {
    const cluster = new TestCluster();
    cluster.create(JOBS, job("exit 1", { backoffLimit: 1 }));
    await cluster.after(20);
    expect(cluster.get<JobStatus>(`${JOBS}/work`)?.status.failed).toBe(1);
    expect(conditionOf(cluster.get(`${JOBS}/work`), "Failed")).toBeUndefined();
    await cluster.after(60);
    expect(cluster.get<JobStatus>(`${JOBS}/work`)?.status.failed).toBe(2);
    expect(conditionOf(cluster.get(`${JOBS}/work`), "Failed")).toMatchObject({
      status: "True",
      reason: "BackoffLimitExceeded",
    });
  });

  it("end with their deadline, and go when their time to live is over", async () => {
    const cluster = new TestCluster();
    cluster.create(
      JOBS,
      job("exit 1", { activeDeadlineSeconds: 30, backoffLimit: 9, ttlSecondsAfterFinished: 60 }),
    );
    await cluster.after(29);
    expect(conditionOf(cluster.get(`${JOBS}/work`), "Failed")).toBeUndefined();
    await cluster.after(2);
    expect(conditionOf(cluster.get(`${JOBS}/work`), "Failed")?.reason).toBe("DeadlineExceeded");
    await cluster.after(61);
    expect(cluster.get(`${JOBS}/work`)).toBeUndefined();
  });
});

describe("CronJobs", () => {
  const cronJob = (spec: { [key: string]: Json }): Json => ({
    metadata: { name: "tick" },
    spec: { schedule: "*/10 * * * *", jobTemplate: { spec: { template: template("echo tick") } }, ...spec },
  });

  it("make a Job when their time has come, and keep as many as they may", async () => {
    const cluster = new TestCluster();
    cluster.create(CRON_JOBS, cronJob({ successfulJobsHistoryLimit: 2 }));
    await cluster.after(9 * 60);
    expect(cluster.list(JOBS)).toHaveLength(0);
    await cluster.after(120);
    expect(cluster.list(JOBS)).toHaveLength(1);
    await cluster.after(40 * 60);
    expect(cluster.list(JOBS)).toHaveLength(2);
    const { status } = cluster.get<{ status: { lastScheduleTime: string } }>(`${CRON_JOBS}/tick`) ?? {};
    expect(status?.lastScheduleTime).toBe("2026-11-24T08:50:00Z");
  });

  it("rest while they are suspended", async () => {
    const cluster = new TestCluster();
    cluster.create(CRON_JOBS, cronJob({ suspend: true }));
    await cluster.after(30 * 60);
    expect(cluster.list(JOBS)).toHaveLength(0);
  });
});

describe("pods that are refused", () => {
  it("are told of in an event and a condition, and come when they may", async () => {
    const cluster = new TestCluster();
    cluster.create("/api/v1/namespaces/default/resourcequotas", {
      metadata: { name: "none" },
      spec: { hard: { pods: "1" } },
    });
    cluster.create("/apis/apps/v1/namespaces/default/deployments", {
      metadata: { name: "web" },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: { containers: [{ name: "m", image: "w:1" }] },
        },
      },
    });
    await cluster.after(20);
    const [set] = cluster.list("/apis/apps/v1/namespaces/default/replicasets");
    expect(conditionOf(set, "ReplicaFailure")).toMatchObject({ status: "True", reason: "FailedCreate" });
    const events = cluster.list("/api/v1/namespaces/default/events");
    expect(events.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("exceeded quota: none"),
    );
    expect(
      cluster.get<{ status: { used: object } }>("/api/v1/namespaces/default/resourcequotas/none")?.status
        .used,
    ).toEqual({ pods: "1" });
    cluster.request("PATCH", "/api/v1/namespaces/default/resourcequotas/none", {
      spec: { hard: { pods: "2" } },
    });
    await cluster.after(400);
    expect(cluster.list(PODS)).toHaveLength(2);
    expect(
      conditionOf(cluster.list("/apis/apps/v1/namespaces/default/replicasets")[0], "ReplicaFailure"),
    ).toBeUndefined();
  });
});
