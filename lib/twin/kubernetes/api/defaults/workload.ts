import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject, objectAt, objectsAt, setDefault } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { defaultPodSpec } from "./pod.ts";

const rolling = (spec: JsonObject, field: string, values: JsonObject): void => {
  setDefault(spec, field, {});
  const strategy = objectAt(spec, field) ?? {};
  setDefault(strategy, "type", "RollingUpdate");
  if (strategy.type !== "RollingUpdate") return;
  setDefault(strategy, "rollingUpdate", {});
  const rollingUpdate = objectAt(strategy, "rollingUpdate") ?? {};
  for (const [key, value] of Object.entries(values)) setDefault(rollingUpdate, key, value);
};

function template(spec: JsonObject, restartPolicy?: string): void {
  const pod = objectAt(spec, "template");
  if (!pod) return;
  setDefault(pod, "metadata", {});
  const podSpec = objectAt(pod, "spec");
  if (podSpec) defaultPodSpec(podSpec, restartPolicy);
}

/** @see k8s.io/kubernetes/pkg/apis/apps/v1/defaults.go and batch/v1/defaults.go */
const BY_PLURAL: Readonly<Record<string, (spec: JsonObject, object: ApiObject) => void>> = {
  pods: (spec) => {
    defaultPodSpec(spec);
    // Written by the ServiceAccount and priority admission of every cluster.
    setDefault(spec, "serviceAccountName", "default");
    setDefault(spec, "serviceAccount", spec.serviceAccountName ?? "default");
    setDefault(spec, "enableServiceLinks", true);
    setDefault(spec, "preemptionPolicy", "PreemptLowerPriority");
    setDefault(spec, "priority", 0);
  },
  deployments: (spec) => {
    setDefault(spec, "replicas", 1);
    setDefault(spec, "revisionHistoryLimit", 10);
    setDefault(spec, "progressDeadlineSeconds", 600);
    rolling(spec, "strategy", { maxUnavailable: "25%", maxSurge: "25%" });
    template(spec);
  },
  replicasets: (spec) => {
    setDefault(spec, "replicas", 1);
    template(spec);
  },
  replicationcontrollers: (spec) => {
    setDefault(spec, "replicas", 1);
    template(spec);
  },
  statefulsets: (spec) => {
    setDefault(spec, "replicas", 1);
    setDefault(spec, "revisionHistoryLimit", 10);
    setDefault(spec, "podManagementPolicy", "OrderedReady");
    setDefault(spec, "serviceName", "");
    setDefault(spec, "persistentVolumeClaimRetentionPolicy", { whenDeleted: "Retain", whenScaled: "Retain" });
    rolling(spec, "updateStrategy", { partition: 0 });
    template(spec);
    for (const claim of objectsAt(spec, "volumeClaimTemplates")) defaultClaim(claim);
  },
  daemonsets: (spec) => {
    setDefault(spec, "revisionHistoryLimit", 10);
    rolling(spec, "updateStrategy", { maxUnavailable: 1, maxSurge: 0 });
    template(spec);
  },
  jobs: defaultJob,
  cronjobs: (spec) => {
    setDefault(spec, "concurrencyPolicy", "Allow");
    setDefault(spec, "suspend", false);
    setDefault(spec, "successfulJobsHistoryLimit", 3);
    setDefault(spec, "failedJobsHistoryLimit", 1);
    const job = objectAt(spec, "jobTemplate");
    if (job) setDefault(job, "metadata", {});
    template(objectAt(job, "spec") ?? {}, "Never");
  },
};

function defaultClaim(claim: JsonObject): void {
  setDefault(claim, "apiVersion", "v1");
  setDefault(claim, "kind", "PersistentVolumeClaim");
  setDefault(claim, "status", { phase: "Pending" });
  const spec = objectAt(claim, "spec");
  if (spec) setDefault(spec, "volumeMode", "Filesystem");
}

/** A job chooses its pods by its own uid unless told otherwise, and labels them so. */
function defaultJob(spec: JsonObject, { metadata }: ApiObject): void {
  setDefault(spec, "parallelism", 1);
  setDefault(spec, "completions", 1);
  setDefault(spec, "backoffLimit", 6);
  setDefault(spec, "completionMode", "NonIndexed");
  setDefault(spec, "suspend", false);
  setDefault(spec, "podReplacementPolicy", "TerminatingOrFailed");
  setDefault(spec, "manualSelector", false);
  template(spec, "Never");
  if (spec.manualSelector === true) return;
  setDefault(spec, "selector", { matchLabels: { "batch.kubernetes.io/controller-uid": metadata.uid } });
  const podMetadata = objectAt(spec, "template", "metadata");
  if (!podMetadata) return;
  const own = {
    "batch.kubernetes.io/controller-uid": metadata.uid,
    "batch.kubernetes.io/job-name": metadata.name,
    "controller-uid": metadata.uid,
    "job-name": metadata.name,
  };
  podMetadata.labels = { ...(isObject(podMetadata.labels) ? podMetadata.labels : {}), ...own };
}

export function defaultWorkload(kind: ResourceKind, object: ApiObject): void {
  if (!isObject(object.spec)) return;
  BY_PLURAL[kind.plural]?.(object.spec, object);
}
