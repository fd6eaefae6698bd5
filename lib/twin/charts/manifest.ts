import type { KubernetesObject } from "../kubernetes/contract.ts";
import type { Json } from "../world/world.ts";
import type { RecordedObject } from "./chart.ts";
import { definitionSpec } from "./definition-manifest.ts";
import { isMap, type Values } from "./values.ts";
import { workloadSpec } from "./workload-manifest.ts";

/** What a kind's manifest holds beside identity, made of the key fields that were recorded. */
type Shape = (recorded: RecordedObject) => Values;

/** The recorded fields of these names, moved as they are. */
const fields =
  (...names: string[]): Shape =>
  (recorded) =>
    Object.fromEntries(
      names.flatMap((name) => (recorded[name] === undefined ? [] : [[name, recorded[name]]])),
    );

const inSpec =
  (shape: Shape): Shape =>
  (recorded) => ({ spec: shape(recorded) });

const rbacGroup = "rbac.authorization.k8s.io";

/** Only the names of data keys are recorded; content is empty, which for a Secret is valid base64 too. */
const data: Shape = (recorded) => {
  const keys = Array.isArray(recorded.dataKeys) ? recorded.dataKeys.map(String) : [];
  return {
    ...(recorded.type === undefined ? {} : { type: recorded.type }),
    ...(keys.length > 0 ? { data: Object.fromEntries(keys.map((key) => [key, ""])) } : {}),
  };
};

const binding: Shape = (recorded) => ({
  roleRef: { apiGroup: rbacGroup, ...(isMap(recorded.roleRef) ? recorded.roleRef : {}) },
  subjects: (Array.isArray(recorded.subjects) ? recorded.subjects : []).map((subject) =>
    isMap(subject) && subject.kind !== "ServiceAccount" ? { apiGroup: rbacGroup, ...subject } : subject,
  ),
});

const webhooks: Shape = (recorded) => ({
  webhooks: (Array.isArray(recorded.webhooks) ? recorded.webhooks : []).filter(isMap).map((webhook) => {
    const { service, ...rest } = webhook;
    return {
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      rules: [],
      ...rest,
      clientConfig: { service: service ?? {} },
    };
  }),
});

/** Rules of a NetworkPolicy are recorded by number only: that many that let everything in or out. */
const networkPolicy: Shape = (recorded) => ({
  spec: {
    podSelector: recorded.podSelector ?? {},
    policyTypes: recorded.policyTypes ?? [],
    ...openRules(recorded, "ingress"),
    ...openRules(recorded, "egress"),
  },
});
const openRules = (recorded: RecordedObject, direction: string): Values =>
  typeof recorded[direction] === "number"
    ? { [direction]: Array.from({ length: recorded[direction] }, () => ({})) }
    : {};

const ingress: Shape = (recorded) => ({
  spec: {
    rules: (Array.isArray(recorded.hosts) ? recorded.hosts : []).map((host) => ({
      host,
      http: {
        paths: [
          {
            path: "/",
            pathType: "Prefix",
            backend: { service: { name: recorded.name, port: { number: 80 } } },
          },
        ],
      },
    })),
  },
});

const claim: Shape = (recorded) => ({
  spec: {
    accessModes: recorded.accessModes ?? ["ReadWriteOnce"],
    resources: { requests: { storage: recorded.size ?? "1Gi" } },
  },
});

const monitor: Shape = (recorded) => ({
  spec: { ...fields("selector", "namespaceSelector")(recorded), endpoints: [] },
});

const SHAPES: Readonly<Record<string, Shape>> = {
  Alertmanager: inSpec(fields("replicas", "version", "serviceAccountName", "retention")),
  APIService: inSpec(
    fields("group", "version", "service", "groupPriorityMinimum", "versionPriority", "insecureSkipTLSVerify"),
  ),
  BackupStorageLocation: () => ({ spec: { objectStorage: { bucket: "" } } }),
  Certificate: inSpec(fields("secretName", "dnsNames", "issuerRef")),
  ClusterRole: fields("rules"),
  ClusterRoleBinding: binding,
  ConfigMap: data,
  CronJob: inSpec((recorded) => ({
    schedule: recorded.schedule ?? "@daily",
    jobTemplate: { spec: workloadSpec(recorded) },
  })),
  CustomResourceDefinition: definitionSpec,
  DaemonSet: inSpec(workloadSpec),
  Deployment: inSpec(workloadSpec),
  HorizontalPodAutoscaler: inSpec(fields("minReplicas", "maxReplicas", "scaleTargetRef")),
  Ingress: ingress,
  IngressClass: inSpec(fields("controller")),
  Issuer: () => ({ spec: { selfSigned: {} } }),
  Job: inSpec(workloadSpec),
  MutatingWebhookConfiguration: webhooks,
  NetworkPolicy: networkPolicy,
  PersistentVolumeClaim: claim,
  Pod: () => ({ spec: { containers: [] } }),
  PodDisruptionBudget: inSpec(fields("minAvailable", "maxUnavailable", "selector")),
  PodMonitor: monitor,
  Prometheus: inSpec(fields("replicas", "shards", "retention", "version", "serviceAccountName")),
  PrometheusRule: (recorded) => ({
    spec: {
      groups: (Array.isArray(recorded.groups) ? recorded.groups : []).map((name) => ({ name, rules: [] })),
    },
  }),
  Role: fields("rules"),
  RoleBinding: binding,
  Schedule: inSpec(fields("schedule")),
  Secret: data,
  Service: inSpec(fields("type", "ports", "selector", "clusterIP")),
  ServiceAccount: fields("automountServiceAccountToken"),
  ServiceMonitor: monitor,
  StatefulSet: inSpec(workloadSpec),
  ValidatingWebhookConfiguration: webhooks,
};

const asLabels = (value: Json | undefined): Values => (isMap(value) ? value : {});

/** A manifest that the API server accepts, from one recorded object. Kinds without a shape get an empty spec. */
export function manifestOf(
  recorded: RecordedObject,
  labels: Readonly<Record<string, string>>,
): KubernetesObject {
  const shape = SHAPES[recorded.kind] ?? (() => ({ spec: {} }));
  const annotations: Values = {
    ...asLabels(recorded.hook),
    ...(recorded.resourcePolicy === undefined ? {} : { "helm.sh/resource-policy": recorded.resourcePolicy }),
  };
  return {
    apiVersion: recorded.apiVersion,
    kind: recorded.kind,
    metadata: {
      name: recorded.name,
      ...(typeof recorded.namespace === "string" ? { namespace: recorded.namespace } : {}),
      labels: { ...labels, ...asLabels(recorded.podLabels) },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...shape(recorded),
  };
}
