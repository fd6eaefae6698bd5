import { describe, expect, it } from "vitest";
import { NOW, type Parts, verdictOf } from "./object-of.ts";

type Row = readonly [what: string, verdict: string, parts: Parts];

const table = (apiVersion: string, kind: string, rows: readonly Row[]): void => {
  describe(kind, () => {
    it.each(rows)("%s is %s", (_, verdict, parts) => {
      expect(verdictOf(apiVersion, kind, parts)).toBe(verdict);
    });
  });
};

const SERVING = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
};
const THREE = { replicas: 3 };

table("apps/v1", "Deployment", [
  ["with every replica", "healthy", { spec: THREE, status: SERVING, says: { Available: "True" } }],
  ["one replica short", "progressing", { spec: THREE, status: { ...SERVING, availableReplicas: 2 } }],
  ["with an old replica left", "progressing", { spec: THREE, status: { ...SERVING, replicas: 4 } }],
  [
    "with one replica not updated",
    "progressing",
    { spec: THREE, status: { ...SERVING, updatedReplicas: 2 } },
  ],
  ["of no replicas", "healthy", { spec: { replicas: 0 }, status: { observedGeneration: 2 } }],
  ["without a number, which means one", "progressing", { status: { observedGeneration: 2 } }],
  ["never seen", "progressing", { spec: THREE }],
  ["of an older generation", "progressing", { spec: THREE, status: { ...SERVING, observedGeneration: 1 } }],
  [
    "of a generation above its own",
    "healthy",
    { spec: THREE, status: { ...SERVING, observedGeneration: 3 } },
  ],
  ["paused", "suspended", { spec: { ...THREE, paused: true }, status: SERVING }],
  [
    "that still serves by its old replicas though its rollout has failed",
    "failed",
    {
      spec: THREE,
      status: SERVING,
      says: { Available: "True", Progressing: "False/ProgressDeadlineExceeded" },
    },
  ],
  ["not available", "progressing", { spec: THREE, status: SERVING, says: { Available: "False/Minimum" } }],
]);

const SET = { observedGeneration: 2, replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3 };
const partition = (number: number) => ({
  replicas: 3,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: number } },
});

table("apps/v1", "StatefulSet", [
  ["with every replica", "healthy", { spec: THREE, status: SET }],
  ["one replica short", "progressing", { spec: THREE, status: { ...SET, readyReplicas: 2 } }],
  ["with a pod too many", "progressing", { spec: THREE, status: { ...SET, replicas: 4 } }],
  ["whose status its controller did not write", "progressing", { spec: THREE, status: { readyReplicas: 3 } }],
  [
    "between two revisions",
    "progressing",
    { spec: THREE, status: { ...SET, currentRevision: "a", updateRevision: "b" } },
  ],
  [
    "updated above its partition",
    "healthy",
    { spec: partition(2), status: { ...SET, currentReplicas: 2, updatedReplicas: 1 } },
  ],
  [
    "not yet updated above its partition",
    "progressing",
    { spec: partition(1), status: { ...SET, updatedReplicas: 1 } },
  ],
  [
    "that waits for deletions with a pod unready",
    "progressing",
    { spec: { ...THREE, updateStrategy: { type: "OnDelete" } }, status: { ...SET, readyReplicas: 1 } },
  ],
]);

const DAEMON = {
  observedGeneration: 2,
  desiredNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
  numberReady: 3,
};

table("apps/v1", "DaemonSet", [
  ["on every node", "healthy", { status: DAEMON }],
  ["unready on one", "progressing", { status: { ...DAEMON, numberReady: 2 } }],
  ["unavailable on one", "progressing", { status: { ...DAEMON, numberAvailable: 2 } }],
  ["old on one", "progressing", { status: { ...DAEMON, updatedNumberScheduled: 2 } }],
  ["that has counted no nodes", "progressing", { status: { observedGeneration: 2 } }],
]);

const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const refused = (seconds: number): Parts => ({
  spec: THREE,
  status: {
    ...SERVING,
    conditions: [
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate", lastTransitionTime: ago(seconds) },
    ],
  },
});

table("apps/v1", "ReplicaSet", [
  ["whose pods are refused for ten minutes", "progressing", refused(600)],
  ["whose pods are refused for longer", "failed", refused(601)],
]);

const waiting = (reason: string) => ({ name: "main", ready: false, state: { waiting: { reason } } });

table("v1", "Pod", [
  ["running and ready", "healthy", { status: { phase: "Running" }, says: { Ready: "True" } }],
  ["running and not ready", "progressing", { status: { phase: "Running" }, says: { Ready: "False" } }],
  [
    "that has ended well",
    "healthy",
    { status: { phase: "Succeeded" }, says: { Ready: "False/PodCompleted" } },
  ],
  ["that has ended badly", "failed", { status: { phase: "Failed" } }],
  [
    "that creates its containers",
    "progressing",
    { status: { phase: "Pending", containerStatuses: [waiting("ContainerCreating")] } },
  ],
  [
    "whose image cannot be pulled",
    "failed",
    { status: { phase: "Pending", containerStatuses: [waiting("ImagePullBackOff")] } },
  ],
  [
    "whose init container crashes",
    "failed",
    { status: { phase: "Pending", initContainerStatuses: [waiting("CrashLoopBackOff")] } },
  ],
  [
    "whose configuration is wrong",
    "failed",
    { status: { phase: "Pending", containerStatuses: [waiting("CreateContainerConfigError")] } },
  ],
  [
    "without a node",
    "progressing",
    { status: { phase: "Pending" }, says: { PodScheduled: "False/Unschedulable" } },
  ],
  [
    "that runs towards its end",
    "progressing",
    { spec: { restartPolicy: "Never" }, status: { phase: "Running" }, says: { Ready: "True" } },
  ],
  [
    "that is being deleted",
    "progressing",
    { metadata: { deletionTimestamp: ago(1) }, status: { phase: "Running" }, says: { Ready: "True" } },
  ],
]);

table("batch/v1", "Job", [
  ["started", "progressing", { status: { active: 1, startTime: ago(1) } }],
  ["complete", "healthy", { says: { Complete: "True" } }],
  ["failed", "failed", { says: { Failed: "True/BackoffLimitExceeded" } }],
  ["that says of itself that it has not failed", "progressing", { says: { Failed: "False" } }],
  ["suspended", "suspended", { spec: { suspend: true }, says: { Suspended: "True" } }],
  ["just resumed", "progressing", { spec: { suspend: false }, says: { Suspended: "True" } }],
]);
