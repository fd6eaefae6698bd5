import type { JsonObject } from "../json-values.ts";

type Named = JsonObject & { metadata: JsonObject };

const bootstrapping = { "kubernetes.io/bootstrapping": "rbac-defaults" };
const aggregateTo = (role: string): JsonObject => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: "true",
});

const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];

/** Namespaced resources that the roles of people reach, without secrets and RBAC. */
const ORDINARY: JsonObject[] = [
  {
    apiGroups: [""],
    resources: [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "persistentvolumeclaims/status",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "serviceaccounts",
      "services",
      "services/status",
      "bindings",
      "events",
      "limitranges",
      "namespaces",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status",
    ],
  },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
  {
    apiGroups: ["apps"],
    resources: ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"].flatMap(
      (name) => [name, `${name}/status`, `${name}/scale`],
    ),
  },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers", "horizontalpodautoscalers/status"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "cronjobs/status", "jobs", "jobs/status"] },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets", "poddisruptionbudgets/status"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingresses/status", "networkpolicies"] },
];

/** Of the ordinary ones, what an editor may change. */
const EDITABLE: JsonObject[] = [
  {
    apiGroups: [""],
    resources: [
      "configmaps",
      "events",
      "persistentvolumeclaims",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "secrets",
      "serviceaccounts",
      "services",
      "services/proxy",
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "pods/eviction",
    ],
  },
  {
    apiGroups: ["apps"],
    resources: [
      "daemonsets",
      "deployments",
      "deployments/rollback",
      "deployments/scale",
      "replicasets",
      "replicasets/scale",
      "statefulsets",
      "statefulsets/scale",
    ],
  },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "networkpolicies"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"] },
];

const SECRETS: JsonObject = { apiGroups: [""], resources: ["secrets"], verbs: READ };

const role = (name: string, rules: JsonObject[], labels: JsonObject = {}): Named => ({
  metadata: { name, labels: { ...bootstrapping, ...labels } },
  rules,
});

const aggregated = (name: string, labels: JsonObject = {}): Named => ({
  metadata: { name, labels: { ...bootstrapping, ...labels } },
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(name) }] },
  rules: [],
});

/**
 * The roles that every cluster has for people and for discovery.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
export const SYSTEM_ROLES: readonly Named[] = [
  role("cluster-admin", [
    { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    { nonResourceURLs: ["*"], verbs: ["*"] },
  ]),
  aggregated("admin"),
  aggregated("edit", aggregateTo("admin")),
  aggregated("view", aggregateTo("edit")),
  role(
    "system:aggregate-to-admin",
    [
      {
        apiGroups: ["rbac.authorization.k8s.io"],
        resources: ["rolebindings", "roles"],
        verbs: [...WRITE, ...READ],
      },
      { apiGroups: ["authorization.k8s.io"], resources: ["localsubjectaccessreviews"], verbs: ["create"] },
    ],
    aggregateTo("admin"),
  ),
  role(
    "system:aggregate-to-edit",
    [...EDITABLE.map((rule) => ({ ...rule, verbs: WRITE })), SECRETS],
    aggregateTo("edit"),
  ),
  role(
    "system:aggregate-to-view",
    ORDINARY.map((rule) => ({ ...rule, verbs: READ })),
    aggregateTo("view"),
  ),
  role("system:discovery", [
    {
      nonResourceURLs: [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
      ],
      verbs: ["get"],
    },
  ]),
  role("system:public-info-viewer", [
    { nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"], verbs: ["get"] },
  ]),
  role("system:basic-user", [
    {
      apiGroups: ["authorization.k8s.io"],
      resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
      verbs: ["create"],
    },
    { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"], verbs: ["create"] },
  ]),
];

const bound = (name: string, ...groups: string[]): Named => ({
  metadata: { name, labels: { ...bootstrapping } },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
  subjects: groups.map((group) => ({
    apiGroup: "rbac.authorization.k8s.io",
    kind: "Group",
    name: group,
  })),
});

export const SYSTEM_BINDINGS: readonly Named[] = [
  bound("cluster-admin", "system:masters"),
  bound("system:discovery", "system:authenticated"),
  bound("system:basic-user", "system:authenticated"),
  bound("system:public-info-viewer", "system:authenticated", "system:unauthenticated"),
];
