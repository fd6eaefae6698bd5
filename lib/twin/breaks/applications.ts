import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

const APPLICATION = {
  apiVersion: "argoproj.io/v1alpha1",
  objectKind: "Application",
  namespace: "argocd",
  name: "onlineboutique",
};
const application = (
  name: string,
  description: string,
  says: NonNullable<Parameters<typeof lying>[2]["says"]>,
) => lying(name, description, { ...APPLICATION, says });

/** An Application that is Synced and Healthy, all along. */
export const APPLICATION_BREAKS: readonly Break[] = [
  application(
    "application-not-compared",
    "Argo CD's controller has died, and its last word is Synced, Healthy",
    {
      status: { reconciledAt: "now-3600s", operationState: { finishedAt: "now-7200s" } },
    },
  ),
  application("application-left-alone", "somebody has told Argo CD to leave the application alone", {
    metadata: { annotations: { "argocd.argoproj.io/skip-reconcile": "true" } },
  }),
  application("application-unseen-since-sync", "a sync has just ended, and health is of the time before it", {
    status: { reconciledAt: "now-30s", operationState: { finishedAt: "now-10s" } },
  }),
  application("application-syncing", "a sync is running that was tried five times", {
    status: {
      operationState: { phase: "Running", finishedAt: null, retryCount: 4, message: "admission refused" },
    },
  }),
  application("application-hook-failed", "the sync succeeded, and a hook of it did not", {
    status: {
      operationState: {
        syncResult: {
          resources: [
            {
              kind: "Job",
              name: "migrate",
              hookType: "PostSync",
              hookPhase: "Failed",
              message: "exit code 1",
            },
          ],
        },
      },
    },
  }),
  application(
    "application-comparison-error",
    "the chart cannot be fetched any more, and an old health stands",
    {
      status: {
        conditions: [
          { type: "ComparisonError", message: "failed to load target state", lastTransitionTime: "now-600s" },
        ],
      },
    },
  ),
  application(
    "application-of-older-chart",
    "the application is in sync with the chart before the one asked for",
    {
      status: { sync: { revision: "0.10.5" } },
    },
  ),
  application("application-empty", "the application is in sync with nothing, and nothing is healthy", {
    status: { resources: [] },
  }),
  application("application-leftover", "a resource that the chart no longer has is left in the cluster", {
    status: { resources: { 0: { requiresPruning: true } } },
  }),
  application("application-being-deleted", "somebody is deleting the application", {
    metadata: { deletionTimestamp: "now-60s" },
  }),
];
