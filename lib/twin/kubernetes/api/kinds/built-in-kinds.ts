import type { ResourceKind } from "./resource-kind.ts";

/**
 * Flags: N namespaced, S status subresource, C scale subresource, G generation, L log, A category "all", Q question,
 * F finalize, E eviction, B binding, T token, X what would need a running container.
 * Short names and categories as `kubectl api-resources` lists them for 1.35.
 */
type Row = readonly [kind: string, plural: string, flags: string, shortNames?: string];

const GROUPS: Readonly<Record<string, readonly Row[]>> = {
  "/v1": [
    ["Namespace", "namespaces", "SF", "ns"],
    ["Node", "nodes", "S", "no"],
    ["Pod", "pods", "NSLAGEBX", "po"],
    ["Service", "services", "NSA", "svc"],
    ["Endpoints", "endpoints", "N", "ep"],
    ["Event", "events", "N", "ev"],
    ["ConfigMap", "configmaps", "N", "cm"],
    ["Secret", "secrets", "N"],
    ["ServiceAccount", "serviceaccounts", "NT", "sa"],
    ["PersistentVolume", "persistentvolumes", "S", "pv"],
    ["PersistentVolumeClaim", "persistentvolumeclaims", "NS", "pvc"],
    ["ResourceQuota", "resourcequotas", "NS", "quota"],
    ["LimitRange", "limitranges", "N", "limits"],
    ["PodTemplate", "podtemplates", "N"],
    ["ReplicationController", "replicationcontrollers", "NSCAG", "rc"],
  ],
  "apps/v1": [
    ["Deployment", "deployments", "NSCAG", "deploy"],
    ["ReplicaSet", "replicasets", "NSCAG", "rs"],
    ["StatefulSet", "statefulsets", "NSCAG", "sts"],
    ["DaemonSet", "daemonsets", "NSAG", "ds"],
    ["ControllerRevision", "controllerrevisions", "N"],
  ],
  "batch/v1": [
    ["Job", "jobs", "NSAG"],
    ["CronJob", "cronjobs", "NSAG", "cj"],
  ],
  "networking.k8s.io/v1": [
    ["Ingress", "ingresses", "NSG", "ing"],
    ["IngressClass", "ingressclasses", "G"],
    ["NetworkPolicy", "networkpolicies", "NG", "netpol"],
  ],
  "policy/v1": [["PodDisruptionBudget", "poddisruptionbudgets", "NSG", "pdb"]],
  "rbac.authorization.k8s.io/v1": [
    ["Role", "roles", "N"],
    ["RoleBinding", "rolebindings", "N"],
    ["ClusterRole", "clusterroles", ""],
    ["ClusterRoleBinding", "clusterrolebindings", ""],
  ],
  "storage.k8s.io/v1": [
    ["StorageClass", "storageclasses", "", "sc"],
    ["VolumeAttachment", "volumeattachments", "S"],
    ["CSIDriver", "csidrivers", ""],
    ["CSINode", "csinodes", ""],
    ["CSIStorageCapacity", "csistoragecapacities", "N"],
  ],
  "apiextensions.k8s.io/v1": [["CustomResourceDefinition", "customresourcedefinitions", "SG", "crd,crds"]],
  "admissionregistration.k8s.io/v1": [
    ["MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "G"],
    ["ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "G"],
    ["ValidatingAdmissionPolicy", "validatingadmissionpolicies", "SG"],
    ["ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", "G"],
  ],
  "autoscaling/v1": [["HorizontalPodAutoscaler", "horizontalpodautoscalers", "NSA", "hpa"]],
  "autoscaling/v2": [["HorizontalPodAutoscaler", "horizontalpodautoscalers", "NSA", "hpa"]],
  "discovery.k8s.io/v1": [["EndpointSlice", "endpointslices", "NG"]],
  "coordination.k8s.io/v1": [["Lease", "leases", "N"]],
  "scheduling.k8s.io/v1": [["PriorityClass", "priorityclasses", "G", "pc"]],
  "node.k8s.io/v1": [["RuntimeClass", "runtimeclasses", ""]],
  "apiregistration.k8s.io/v1": [["APIService", "apiservices", "S"]],
  "certificates.k8s.io/v1": [["CertificateSigningRequest", "certificatesigningrequests", "S", "csr"]],
  "events.k8s.io/v1": [["Event", "events", "N", "ev"]],
  "authorization.k8s.io/v1": [
    ["SelfSubjectAccessReview", "selfsubjectaccessreviews", "Q"],
    ["SelfSubjectRulesReview", "selfsubjectrulesreviews", "Q"],
    ["SubjectAccessReview", "subjectaccessreviews", "Q"],
    ["LocalSubjectAccessReview", "localsubjectaccessreviews", "NQ"],
  ],
  "authentication.k8s.io/v1": [
    ["SelfSubjectReview", "selfsubjectreviews", "Q"],
    ["TokenReview", "tokenreviews", "Q"],
  ],
};

const SUBRESOURCES: readonly [flag: string, name: string][] = [
  ["S", "status"],
  ["C", "scale"],
  ["L", "log"],
  ["F", "finalize"],
  ["E", "eviction"],
  ["B", "binding"],
  ["T", "token"],
  ["X", "exec"],
  ["X", "attach"],
  ["X", "portforward"],
  ["X", "proxy"],
];

/** Resources that are another's objects under a second name, or in an older form. */
const STORED_AS: Readonly<Record<string, { group: string; version: string }>> = {
  "events.k8s.io/v1": { group: "", version: "v1" },
  "autoscaling/v1": { group: "autoscaling", version: "v2" },
};

function kindOf(groupVersion: string, [kind, plural, flags, shortNames]: Row): ResourceKind {
  const [group = "", version = ""] = groupVersion.split("/");
  return {
    group,
    version,
    storageVersion: version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced: flags.includes("N"),
    shortNames: shortNames ? shortNames.split(",") : [],
    categories: categoriesOf(group, flags),
    subresources: SUBRESOURCES.filter(([flag]) => flags.includes(flag)).map(([, name]) => name),
    counted: flags.includes("G"),
    ...(flags.includes("Q") ? { question: true as const } : {}),
    ...(STORED_AS[groupVersion] ? { storedAs: STORED_AS[groupVersion] } : {}),
  };
}

function categoriesOf(group: string, flags: string): string[] {
  if (flags.includes("A")) return ["all"];
  return group === "apiextensions.k8s.io" || group === "admissionregistration.k8s.io"
    ? ["api-extensions"]
    : [];
}

export const BUILT_IN_KINDS: readonly ResourceKind[] = Object.entries(GROUPS).flatMap(
  ([groupVersion, rows]) => rows.map((row) => kindOf(groupVersion, row)),
);
