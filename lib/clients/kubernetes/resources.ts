/** A resource as the API's paths name it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower-case. */
  readonly resource: string;
}

export const NODES: Resource = { group: "", version: "v1", resource: "nodes" };
export const PODS: Resource = { group: "", version: "v1", resource: "pods" };
export const SERVICES: Resource = { group: "", version: "v1", resource: "services" };
export const DEPLOYMENTS: Resource = { group: "apps", version: "v1", resource: "deployments" };
export const STATEFUL_SETS: Resource = { group: "apps", version: "v1", resource: "statefulsets" };
export const DAEMON_SETS: Resource = { group: "apps", version: "v1", resource: "daemonsets" };
export const JOBS: Resource = { group: "batch", version: "v1", resource: "jobs" };
export const PERSISTENT_VOLUME_CLAIMS: Resource = {
  group: "",
  version: "v1",
  resource: "persistentvolumeclaims",
};
export const HORIZONTAL_POD_AUTOSCALERS: Resource = {
  group: "autoscaling",
  version: "v2",
  resource: "horizontalpodautoscalers",
};
export const POD_DISRUPTION_BUDGETS: Resource = {
  group: "policy",
  version: "v1",
  resource: "poddisruptionbudgets",
};
export const INGRESSES: Resource = { group: "networking.k8s.io", version: "v1", resource: "ingresses" };
export const GATEWAYS: Resource = { group: "gateway.networking.k8s.io", version: "v1", resource: "gateways" };
export const ENDPOINT_SLICES: Resource = {
  group: "discovery.k8s.io",
  version: "v1",
  resource: "endpointslices",
};
export const API_SERVICES: Resource = {
  group: "apiregistration.k8s.io",
  version: "v1",
  resource: "apiservices",
};
export const CUSTOM_RESOURCE_DEFINITIONS: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  resource: "customresourcedefinitions",
};
export const VALIDATING_WEBHOOKS: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "validatingwebhookconfigurations",
};
export const MUTATING_WEBHOOKS: Resource = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  resource: "mutatingwebhookconfigurations",
};
export const APPLICATIONS: Resource = { group: "argoproj.io", version: "v1alpha1", resource: "applications" };
export const CERTIFICATES: Resource = { group: "cert-manager.io", version: "v1", resource: "certificates" };
export const CERTIFICATE_REQUESTS: Resource = {
  group: "cert-manager.io",
  version: "v1",
  resource: "certificaterequests",
};
export const CLUSTER_ISSUERS: Resource = {
  group: "cert-manager.io",
  version: "v1",
  resource: "clusterissuers",
};
export const CHALLENGES: Resource = { group: "acme.cert-manager.io", version: "v1", resource: "challenges" };
export const CLUSTER_SECRET_STORES: Resource = {
  group: "external-secrets.io",
  version: "v1",
  resource: "clustersecretstores",
};
export const EXTERNAL_SECRETS: Resource = {
  group: "external-secrets.io",
  version: "v1",
  resource: "externalsecrets",
};
export const SECRETS: Resource = { group: "", version: "v1", resource: "secrets" };
export const SCHEDULES: Resource = { group: "velero.io", version: "v1", resource: "schedules" };
export const BACKUPS: Resource = { group: "velero.io", version: "v1", resource: "backups" };
export const POD_VOLUME_BACKUPS: Resource = {
  group: "velero.io",
  version: "v1",
  resource: "podvolumebackups",
};
export const BACKUP_REPOSITORIES: Resource = {
  group: "velero.io",
  version: "v1",
  resource: "backuprepositories",
};
export const BACKUP_LOCATIONS: Resource = {
  group: "velero.io",
  version: "v1",
  resource: "backupstoragelocations",
};

export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  /** What is asked of a Service through the API server; its name is then `<name>:<port>`. */
  readonly proxy?: string;
}

export function pathOf(resource: Resource, { namespace, name, proxy }: Place = {}): string {
  const root = resource.group ? `/apis/${resource.group}` : "/api";
  const parts = [
    root,
    resource.version,
    ...(namespace ? ["namespaces", encodeURIComponent(namespace)] : []),
    resource.resource,
    ...(name ? [proxy === undefined ? encodeURIComponent(name) : name] : []),
    ...(proxy === undefined ? [] : ["proxy", proxy]),
  ];
  return parts.join("/");
}
