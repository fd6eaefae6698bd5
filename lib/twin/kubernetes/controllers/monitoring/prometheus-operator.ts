import type { ApiObject } from "../../api/api-object.ts";
import { withConditions } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, numberAt, ownerReference, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";

const API = "monitoring.coreos.com/v1";

interface Kind {
  readonly kind: "Prometheus" | "Alertmanager";
  /** The operator's prefix of what it makes. */
  readonly prefix: string;
  readonly image: (version: string) => string;
  readonly port: number;
  readonly governing: string;
}

const KINDS: readonly Kind[] = [
  {
    kind: "Prometheus",
    prefix: "prometheus",
    image: (version) => `quay.io/prometheus/prometheus:${version}`,
    port: 9090,
    governing: "prometheus-operated",
  },
  {
    kind: "Alertmanager",
    prefix: "alertmanager",
    image: (version) => `quay.io/prometheus/alertmanager:${version}`,
    port: 9093,
    governing: "alertmanager-operated",
  },
];

/** StatefulSets of Prometheus and Alertmanager objects, with a governing Service. @see prometheus-operator pkg/prometheus/server/statefulset.go */
const operated = ({ kind, prefix, image, port, governing }: Kind): Controller => ({
  name: `prometheus-operator-${kind}`,
  watches: {
    [kind]: "self",
    StatefulSet: (change, client) => {
      const found = client.get(
        API,
        kind,
        change.namespace ?? undefined,
        change.name.replace(`${prefix}-`, ""),
      );
      return found ? [client.referenceOf(found)] : [];
    },
    Deployment: (change, client) =>
      change.name.endsWith("-operator") ? client.list(API, kind).map((one) => client.referenceOf(one)) : [],
  },
  reconcile(object, context) {
    const { client } = context;
    if (
      !isRunning(client, "Deployment", "kube-prometheus-stack-operator") ||
      object.metadata.deletionTimestamp
    )
      return;
    service(object, governing, prefix, port, context);
    const set = client.get(
      "apps/v1",
      "StatefulSet",
      object.metadata.namespace,
      `${prefix}-${object.metadata.name}`,
    );
    const replicas = numberAt(object, "spec", "replicas") ?? 1;
    if (!set) client.create(setOf(object, { kind, prefix, image, port, governing }, replicas));
    else if (numberAt(set, "spec", "replicas") !== replicas) client.patch(set, { spec: { replicas } });
    writeStatus(object, set, replicas, context);
  },
});

function setOf(object: ApiObject, { prefix, image, port, governing }: Kind, replicas: number): Fields {
  const { name, namespace } = object.metadata;
  const labels = {
    "app.kubernetes.io/name": prefix,
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/managed-by": "prometheus-operator",
    "operator.prometheus.io/name": name,
    [prefix]: name,
  };
  const volume = `${prefix}-${name}-db`;
  const volumeClaimTemplates = claim(object, volume);
  const containers = [
    {
      name: prefix,
      image: image(textAt(object, "spec", "version")),
      ports: [{ name: "http-web", containerPort: port }],
    },
    { name: "config-reloader", image: "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1" },
  ];
  const spec = {
    serviceAccountName: textAt(object, "spec", "serviceAccountName") || "default",
    containers,
    ...(volumeClaimTemplates ? {} : { volumes: [{ name: volume, emptyDir: {} }] }),
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: {
      name: `${prefix}-${name}`,
      namespace: namespace ?? "default",
      labels,
      ownerReferences: [ownerReference(object)],
    },
    spec: {
      replicas,
      serviceName: governing,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      ...(volumeClaimTemplates ? { volumeClaimTemplates } : {}),
    },
  };
}

function claim(object: ApiObject, name: string): Fields[] | undefined {
  const template = mapAt(object, "spec", "storage", "volumeClaimTemplate");
  return Object.keys(template).length > 0
    ? [{ metadata: { name }, spec: mapAt(template, "spec") }]
    : undefined;
}

function service(
  object: ApiObject,
  name: string,
  app: string,
  port: number,
  { client }: ReconcileContext,
): void {
  if (client.get("v1", "Service", object.metadata.namespace, name)) return;
  client.create({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace: object.metadata.namespace ?? "default",
      ownerReferences: [ownerReference(object)],
    },
    spec: {
      clusterIP: "None",
      ports: [{ name: "http-web", port, targetPort: "http-web" }],
      selector: { "app.kubernetes.io/name": app },
    },
  });
}

function writeStatus(
  object: ApiObject,
  set: ApiObject | undefined,
  replicas: number,
  { client, now }: ReconcileContext,
): void {
  const available = numberAt(set, "status", "availableReplicas") ?? 0;
  const status = {
    paused: false,
    replicas: numberAt(set, "status", "replicas") ?? 0,
    updatedReplicas: numberAt(set, "status", "updatedReplicas") ?? 0,
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicas - available),
  };
  const live = mapAt(object, "status");
  if (Object.entries(status).every(([key, value]) => live[key] === value)) return;
  const complete = available >= replicas;
  const observedGeneration = object.metadata.generation ?? 1;
  const conditions = withConditions(
    object,
    now,
    {
      type: "Available",
      status: complete ? "True" : "False",
      reason: complete ? "" : "NoPodReady",
      message: "",
      observedGeneration,
    },
    { type: "Reconciled", status: "True", reason: "", message: "", observedGeneration },
  );
  client.patch(object, { status: { ...status, conditions } }, "status");
}

export const prometheusOperator: readonly Controller[] = KINDS.map(operated);
