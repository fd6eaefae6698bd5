import { expect, it } from "vitest";
import { judgeDaemonSet, judgeDeployment, judgeStatefulSet } from "../../lib/gates/workloads/controllers.ts";
import {
  DaemonSetSchema,
  DeploymentSchema,
  PodSchema,
  StatefulSetSchema,
} from "../../lib/gates/workloads/facts.ts";
import { judgeNamespace, judgeWorkloads } from "../../lib/gates/workloads/judge.ts";
import { judgePod } from "../../lib/gates/workloads/pods.ts";
import { API_SERVICE, SUPPORT_KINDS, servedFrom, supportOf } from "../../lib/gates/workloads/supports.ts";
import { answers, condition, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const metadata = { name: "w", namespace: "ns", generation: 2 };
const deployment = (status: object | undefined, spec: object = {}, meta: object = {}) =>
  DeploymentSchema.parse({ metadata: { ...metadata, ...meta }, spec: { replicas: 2, ...spec }, status });
const UP = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

it.each<[string, object | undefined, object, string]>([
  ["everything up", UP, {}, "pass"],
  ["no status", undefined, {}, "pending"],
  ["a status of an older generation", { ...UP, observedGeneration: 1 }, {}, "pending"],
  ["one pod not updated", { ...UP, updatedReplicas: 1 }, {}, "pending"],
  ["an old pod left", { ...UP, replicas: 3 }, {}, "pending"],
  ["one pod not available", { ...UP, availableReplicas: 1 }, {}, "pending"],
  [
    "none available, left out of JSON",
    { observedGeneration: 2, replicas: 2, updatedReplicas: 2 },
    {},
    "pending",
  ],
  [
    "pods that a quota refuses",
    { ...UP, conditions: [condition("ReplicaFailure", "True", { reason: "FailedCreate" })] },
    {},
    "pending",
  ],
  [
    "counts that are right, and Available: False",
    { ...UP, conditions: [condition("Available", "False")] },
    {},
    "pending",
  ],
  [
    "Available: True of an old ReplicaSet, while its rollout has failed",
    {
      ...UP,
      conditions: [
        condition("Available", "True"),
        condition("Progressing", "False", { reason: "ProgressDeadlineExceeded" }),
      ],
    },
    {},
    "fail",
  ],
  ["paused", UP, { paused: true }, "fail"],
  ["scaled to 0", { observedGeneration: 2 }, { replicas: 0 }, "fail"],
  [
    "progress deadline exceeded",
    {
      ...UP,
      availableReplicas: 1,
      conditions: [condition("Progressing", "False", { reason: "ProgressDeadlineExceeded" })],
    },
    {},
    "fail",
  ],
])("a Deployment with %s", (_what, status, spec, answer) => {
  expect(judgeDeployment(deployment(status, spec)).status).toBe(answer);
});

it("a Deployment that is being deleted waits", () => {
  expect(judgeDeployment(deployment(UP, {}, { deletionTimestamp: "2026-01-01T00:00:00Z" })).status).toBe(
    "pending",
  );
});

const partition = (at: number) => ({
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: at } },
});
const SET = {
  observedGeneration: 2,
  replicas: 2,
  readyReplicas: 2,
  currentRevision: "a",
  updateRevision: "a",
};
it.each<[string, object | undefined, object, string]>([
  ["everything ready", SET, {}, "pass"],
  ["one not ready", { ...SET, readyReplicas: 1 }, {}, "pending"],
  ["an update rolling", { ...SET, updateRevision: "b" }, {}, "pending"],
  [
    "old pods kept as asked (OnDelete)",
    { ...SET, updateRevision: "b" },
    { updateStrategy: { type: "OnDelete" } },
    "pass",
  ],
  ["a pod too many", { ...SET, replicas: 3 }, {}, "pending"],
  ["old pods below its partition", { ...SET, updatedReplicas: 1, updateRevision: "b" }, partition(1), "pass"],
  ["old pods above its partition", { ...SET, updateRevision: "b" }, partition(1), "pending"],
  [
    "old pods kept, one of them not ready",
    { ...SET, readyReplicas: 1, updateRevision: "b" },
    { updateStrategy: { type: "OnDelete" } },
    "pending",
  ],
  ["an observed generation of 0", { ...SET, observedGeneration: 0 }, {}, "pending"],
  ["scaled to 0", { observedGeneration: 2 }, { replicas: 0 }, "fail"],
])("a StatefulSet with %s", (_what, status, spec, answer) => {
  const set = StatefulSetSchema.parse({ metadata, spec: { replicas: 2, ...spec }, status });
  expect(judgeStatefulSet(set).status).toBe(answer);
});

const DAEMON = {
  observedGeneration: 2,
  desiredNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberReady: 3,
  numberAvailable: 3,
};
it.each<[string, object, string, string]>([
  ["everything available", DAEMON, "pass", "error"],
  ["one not updated", { ...DAEMON, updatedNumberScheduled: 2 }, "pending", "error"],
  ["one not available", { ...DAEMON, numberAvailable: 2 }, "pending", "error"],
  ["one available, and not ready any more", { ...DAEMON, numberReady: 2 }, "pending", "error"],
  ["no node that takes it", { observedGeneration: 2, desiredNumberScheduled: 0 }, "pending", "warning"],
  ["nodes that were not counted", { observedGeneration: 2 }, "pending", "error"],
])("a DaemonSet with %s", (_what, status, answer, severity) => {
  const finding = judgeDaemonSet(DaemonSetSchema.parse({ metadata, spec: {}, status }));
  expect([finding.status, finding.severity]).toEqual([answer, severity]);
});

const waiting = (reason: string) => [{ name: "c", image: "old", state: { waiting: { reason } } }];
const pod = (status: object, spec: object = { containers: [{ name: "c", image: "repo/app:missing" }] }) =>
  PodSchema.parse({ metadata: { name: "p", namespace: "ns" }, spec, status });

it.each([
  ["ImagePullBackOff", "fail"],
  ["InvalidImageName", "fail"],
  ["ErrImagePull", "pending"],
  ["CrashLoopBackOff", "pending"],
  ["CreateContainerConfigError", "pending"],
  ["ContainerCreating", undefined],
])("a pod that waits with %s is %s, in init containers too", (reason, answer) => {
  expect(judgePod(pod({ phase: "Pending", containerStatuses: waiting(reason) }), NOW)?.status).toBe(answer);
  expect(judgePod(pod({ phase: "Pending", initContainerStatuses: waiting(reason) }), NOW)?.status).toBe(
    answer,
  );
});

it("names the image that cannot be pulled", () => {
  const finding = judgePod(pod({ containerStatuses: waiting("ImagePullBackOff") }), NOW);
  expect(finding?.message).toContain("repo/app:missing");
});

it("says why no node takes a pod", () => {
  const conditions = [condition("PodScheduled", "False", { reason: "Unschedulable", message: "0/3 nodes" })];
  expect(judgePod(pod({ phase: "Pending", conditions }), NOW)?.observed).toContain("0/3 nodes");
});

it("leaves finished pods alone and only mentions failed ones", () => {
  expect(judgePod(pod({ phase: "Succeeded" }), NOW)).toBeUndefined();
  expect(judgePod(pod({ phase: "Failed", reason: "Evicted" }), NOW)?.severity).toBe("warning");
});

it.each([
  ["between two crashes", 3, 1.9, "pending"],
  ["up for two minutes since", 3, 2, undefined],
  ["started again twice only", 2, 0.1, undefined],
])("a pod that is ready and %s", (_what, restartCount, minutes, answer) => {
  const running = { running: { startedAt: minutesAgo(minutes) } };
  const containerStatuses = [{ name: "c", ready: true, restartCount, state: running }];
  expect(judgePod(pod({ phase: "Running", containerStatuses }), NOW)?.status).toBe(answer);
});

const namespace = (rest: object = {}) => ({
  namespace: "ns",
  deployments: read([deployment(UP)]),
  statefulSets: read([]),
  daemonSets: read([]),
  pods: read([]),
  supports: read([]),
  ...rest,
});

it("fails on an empty namespace after an apply, and waits where somebody else fills it", () => {
  const empty = namespace({ deployments: read([]) });
  expect(answers(judgeNamespace(empty, "fail", NOW))).toEqual(["workloads-present: fail"]);
  expect(answers(judgeNamespace(empty, "pending", NOW))).toEqual(["workloads-present: pending"]);
});

it("knows nothing of a namespace that it can only half read", () => {
  expect(answers(judgeNamespace(namespace({ pods: FORBIDDEN }), "fail", NOW))).toEqual([
    "workloads-present: unknown",
  ]);
});

it("judges every namespace", () => {
  const facts = { namespaces: [namespace(), namespace({ deployments: read([]) })] };
  expect(answers(judgeWorkloads(facts, { ...GATE, namespaces: ["a", "b"] }, NOW))).toEqual([
    "workloads-present: pass",
    "workload-available: pass",
    "workloads-present: fail",
  ]);
});

const support = (kind: string, status: object, spec: object = {}) => {
  const found = [...SUPPORT_KINDS, API_SERVICE].find((each) => each.kind === kind);
  if (!found) throw new Error(`${kind} is not looked at`);
  return supportOf(found, { metadata: { name: "s", namespace: "ns" }, spec, status });
};

it.each<[string, ReturnType<typeof support>, string[]]>([
  [
    "a load balancer without an address",
    support("Service", { loadBalancer: {} }, { type: "LoadBalancer", clusterIP: "10.0.0.1" }),
    ["(support-healthy: pending)"],
  ],
  ["a Service inside the cluster", support("Service", {}, { type: "ClusterIP" }), []],
  [
    "an API that nobody serves",
    support("APIService", {
      conditions: [condition("Available", "False", { reason: "MissingEndpoints" })],
    }),
    ["support-healthy: pending"],
  ],
  ["a bound claim", support("PersistentVolumeClaim", { phase: "Bound" }), []],
  [
    "a claim that waits",
    support("PersistentVolumeClaim", { phase: "Pending" }),
    ["support-healthy: pending"],
  ],
  ["a lost claim", support("PersistentVolumeClaim", { phase: "Lost" }), ["support-healthy: fail"]],
  [
    "an autoscaler that has no metrics yet",
    support("HorizontalPodAutoscaler", {
      conditions: [condition("ScalingActive", "False", { reason: "FailedGetResourceMetric" })],
    }),
    ["support-healthy: pending"],
  ],
  [
    "a budget without room for a disruption",
    support("PodDisruptionBudget", {
      observedGeneration: 1,
      conditions: [condition("DisruptionAllowed", "False", { reason: "InsufficientPods" })],
    }),
    [],
  ],
  [
    "a suspended job",
    support("Job", { conditions: [condition("Suspended", "True")] }, { suspend: true }),
    [],
  ],
])("adds of %s what is wrong, and nothing else", (_, one, expected) => {
  const found = answers(judgeNamespace(namespace({ supports: read([one]) }), "fail", NOW));
  expect(found).toEqual(["workloads-present: pass", "workload-available: pass", ...expected]);
});

it("only mentions a failed job", () => {
  const job = support("Job", {
    conditions: [condition("Failed", "True", { reason: "BackoffLimitExceeded" })],
  });
  const finding = judgeNamespace(namespace({ supports: read([job]) }), "fail", NOW).at(-1);
  expect(finding).toMatchObject({ severity: "warning", subject: "Job ns/s" });
  expect(finding?.observed).toContain("BackoffLimitExceeded");
});

it("knows where an API is served from, and that Kubernetes' own are served from nowhere", () => {
  const api = (service?: object) => ({ metadata: { name: "v1beta1.metrics.k8s.io" }, spec: { service } });
  expect(servedFrom(api({ namespace: "kube-system", name: "metrics-server" }))).toBe("kube-system");
  expect(servedFrom(api())).toBeUndefined();
});
