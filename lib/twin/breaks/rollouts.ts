import type { Break } from "./break.ts";
import { lying, says } from "./lying.ts";

const argocd = (objectKind: string, name: string) => ({
  apiVersion: "apps/v1",
  objectKind,
  namespace: "argocd",
  name,
});

/** Workloads of platform-step02 that look available to whoever reads one field. */
export const ROLLOUT_BREAKS: readonly Break[] = [
  lying("deployment-status-stale", "argocd-server's status is of a generation that is no longer asked for", {
    ...argocd("Deployment", "argocd-server"),
    says: { metadata: { generation: 99 } },
  }),
  lying("deployment-rollout-failed", "argocd-server's old pods are available, and its rollout has failed", {
    ...argocd("Deployment", "argocd-server"),
    says: {
      status: {
        conditions: [
          says("Available", "True", "MinimumReplicasAvailable"),
          says("Progressing", "False", "ProgressDeadlineExceeded", "ReplicaSet has timed out progressing."),
        ],
      },
    },
  }),
  lying("deployment-pods-refused", "a quota refuses new pods of argocd-repo-server", {
    ...argocd("Deployment", "argocd-repo-server"),
    says: {
      status: { conditions: [says("ReplicaFailure", "True", "FailedCreate", "exceeded quota: compute")] },
    },
  }),
  lying("deployment-scaled-to-none", "argocd-notifications-controller wants no pods, and has all of them", {
    ...argocd("Deployment", "argocd-notifications-controller"),
    says: { spec: { replicas: 0 }, status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 } },
  }),
  lying("stateful-set-half-rolled", "the pods of argocd-application-controller are ready, and old", {
    ...argocd("StatefulSet", "argocd-application-controller"),
    says: { status: { updateRevision: "argocd-application-controller-new" } },
  }),
  lying("daemon-set-not-counted", "kube-proxy's controller has not counted the nodes: none are missing", {
    apiVersion: "apps/v1",
    objectKind: "DaemonSet",
    namespace: "kube-system",
    name: "kube-proxy",
    says: { status: { desiredNumberScheduled: null } },
  }),
  lying("pod-flapping", "argocd-server is ready between two crashes", {
    apiVersion: "v1",
    objectKind: "Pod",
    namespace: "argocd",
    name: "argocd-server-*",
    says: {
      status: {
        containerStatuses: { 0: { restartCount: 7, state: { running: { startedAt: "now-20s" } } } },
      },
    },
  }),
  lying(
    "init-container-stuck",
    "an init container of cert-manager's webhook has an image that is not there",
    {
      apiVersion: "v1",
      objectKind: "Pod",
      namespace: "cert-manager",
      name: "cert-manager-webhook-*",
      says: {
        status: {
          phase: "Pending",
          initContainerStatuses: [
            {
              name: "copy",
              image: "registry.example/copy:missing",
              ready: false,
              restartCount: 0,
              state: { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } },
            },
          ],
        },
      },
    },
  ),
  lying("api-without-endpoints", "the metrics API is registered, and nobody answers for it", {
    apiVersion: "apiregistration.k8s.io/v1",
    objectKind: "APIService",
    name: "v1beta1.metrics.k8s.io",
    says: {
      status: { conditions: [says("Available", "False", "MissingEndpoints", "endpoints have no addresses")] },
    },
  }),
  lying("claim-lost", "a claim in argocd has lost its volume", {
    apiVersion: "v1",
    objectKind: "PersistentVolumeClaim",
    namespace: "argocd",
    name: "cache",
    isInvented: true,
    says: { spec: { volumeName: "pv-gone" }, status: { phase: "Lost" } },
  }),
  lying("autoscaler-without-metrics", "an autoscaler in argocd scales nothing, for want of metrics", {
    apiVersion: "autoscaling/v2",
    objectKind: "HorizontalPodAutoscaler",
    namespace: "argocd",
    name: "server",
    isInvented: true,
    says: {
      spec: { maxReplicas: 3 },
      status: {
        conditions: [
          says("AbleToScale", "True", "SucceededGetScale"),
          says("ScalingActive", "False", "FailedGetResourceMetric", "no metrics returned"),
        ],
      },
    },
  }),
  lying(
    "budget-not-computed",
    "a disruption budget in argocd protects nothing, because it cannot be computed",
    {
      apiVersion: "policy/v1",
      objectKind: "PodDisruptionBudget",
      namespace: "argocd",
      name: "server",
      isInvented: true,
      says: {
        status: { conditions: [says("DisruptionAllowed", "False", "SyncFailed", "no controller found")] },
      },
    },
  ),
];
