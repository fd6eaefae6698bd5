import type { Json } from "../../../world/world.ts";
import type { ObjectType } from "./object-type.ts";
import { decodeSecret, encodeSecret } from "./secret-data.ts";
import { claimLasts, jobLasts, rolloutLasts } from "./waiting.ts";

type Fields = { [key: string]: Json };
const RBAC = "rbac.authorization.k8s.io/v1";

/** Subjects of the kind ServiceAccount have no API group; the provider's default is RBAC's for all of them. */
function subjects(manifest: Fields): Fields {
  const list = (Array.isArray(manifest.subjects) ? manifest.subjects : []) as Fields[];
  return {
    ...manifest,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", ...((manifest.roleRef ?? {}) as Fields) },
    subjects: list.map((subject) => {
      const { apiGroup, namespace, ...rest } = subject;
      if (subject.kind === "ServiceAccount") return { ...rest, namespace: namespace ?? "default" };
      return { apiGroup: apiGroup ?? "rbac.authorization.k8s.io", ...rest };
    }),
  };
}

const SPEC_OF_CLAIM = ["access_modes", "selector", "storage_class_name", "volume_mode", "volume_name"];

/**
 * The types that the layers use, and near ones. What forces replacement and the defaults are those of the
 * schemas in hashicorp/kubernetes 3.2.1 (`ForceNew`, `Default`), which its dumped schema does not show.
 */
export const OBJECT_TYPES: readonly ObjectType[] = [
  {
    type: "kubernetes_namespace_v1",
    apiVersion: "v1",
    kind: "Namespace",
    namespaced: false,
    defaults: { wait_for_default_service_account: false },
    // The provider waits until nothing is left in it; typically one round of the namespace controller (from memory).
    deleteLasts: 7_000,
  },
  {
    type: "kubernetes_service_account_v1",
    apiVersion: "v1",
    kind: "ServiceAccount",
    namespaced: true,
    defaults: { automount_service_account_token: true },
  },
  {
    type: "kubernetes_secret_v1",
    apiVersion: "v1",
    kind: "Secret",
    namespaced: true,
    forces: ["type"],
    defaults: { type: "Opaque", wait_for_service_account_token: true },
    shape: encodeSecret,
    unshape: decodeSecret,
  },
  { type: "kubernetes_config_map_v1", apiVersion: "v1", kind: "ConfigMap", namespaced: true },
  { type: "kubernetes_resource_quota_v1", apiVersion: "v1", kind: "ResourceQuota", namespaced: true },
  { type: "kubernetes_limit_range_v1", apiVersion: "v1", kind: "LimitRange", namespaced: true },
  {
    type: "kubernetes_persistent_volume_claim_v1",
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespaced: true,
    forces: SPEC_OF_CLAIM.map((name) => `spec.${name}`),
    defaults: { wait_until_bound: true },
    createLasts: claimLasts,
  },
  {
    type: "kubernetes_service_v1",
    apiVersion: "v1",
    kind: "Service",
    namespaced: true,
    defaults: { wait_for_load_balancer: true },
  },
  {
    type: "kubernetes_deployment_v1",
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespaced: true,
    forces: ["spec.selector"],
    defaults: { wait_for_rollout: true },
    createLasts: rolloutLasts,
  },
  {
    type: "kubernetes_stateful_set_v1",
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    namespaced: true,
    forces: [
      "spec.selector",
      "spec.service_name",
      "spec.pod_management_policy",
      "spec.volume_claim_template",
    ],
    defaults: { wait_for_rollout: true },
    createLasts: rolloutLasts,
  },
  {
    type: "kubernetes_daemon_set_v1",
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    namespaced: true,
    forces: ["spec.selector"],
    defaults: { wait_for_rollout: true },
    createLasts: rolloutLasts,
  },
  { type: "kubernetes_cron_job_v1", apiVersion: "batch/v1", kind: "CronJob", namespaced: true },
  {
    type: "kubernetes_job_v1",
    apiVersion: "batch/v1",
    kind: "Job",
    namespaced: true,
    forces: ["spec.template", "spec.selector", "spec.completions", "spec.backoff_limit"],
    defaults: { wait_for_completion: true },
    createLasts: jobLasts,
  },
  { type: "kubernetes_ingress_v1", apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespaced: true },
  {
    type: "kubernetes_ingress_class_v1",
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    namespaced: false,
  },
  {
    type: "kubernetes_network_policy_v1",
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    namespaced: true,
  },
  {
    type: "kubernetes_pod_disruption_budget_v1",
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    namespaced: true,
  },
  {
    type: "kubernetes_priority_class_v1",
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    namespaced: false,
    forces: ["value"],
  },
  { type: "kubernetes_cluster_role_v1", apiVersion: RBAC, kind: "ClusterRole", namespaced: false },
  { type: "kubernetes_role_v1", apiVersion: RBAC, kind: "Role", namespaced: true },
  {
    type: "kubernetes_cluster_role_binding_v1",
    apiVersion: RBAC,
    kind: "ClusterRoleBinding",
    namespaced: false,
    forces: ["role_ref"],
    shape: subjects,
  },
  {
    type: "kubernetes_role_binding_v1",
    apiVersion: RBAC,
    kind: "RoleBinding",
    namespaced: true,
    forces: ["role_ref"],
    shape: subjects,
  },
  {
    type: "kubernetes_storage_class_v1",
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    namespaced: false,
    forces: [
      "parameters",
      "storage_provisioner",
      "reclaim_policy",
      "volume_binding_mode",
      "mount_options",
      "allowed_topologies",
    ],
    defaults: { reclaim_policy: "Delete", volume_binding_mode: "Immediate", allow_volume_expansion: true },
  },
  {
    type: "kubernetes_validating_admission_policy_v1",
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    namespaced: false,
  },
];
