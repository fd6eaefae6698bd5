import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, valueAt } from "../values.ts";

/**
 * Where each chart takes the number of replicas of its workloads from: dotted value → `<kind> <name>`.
 * Names are those of the recorded release.
 * @see ../../recorded/charts/README.md, first row of "Traps"
 */
const REPLICAS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ingress-nginx": { "controller.replicaCount": "Deployment ingress-nginx-controller" },
  "gateway-helm": { "deployment.replicas": "Deployment envoy-gateway" },
  "external-secrets": {
    replicaCount: "Deployment external-secrets",
    "webhook.replicaCount": "Deployment external-secrets-webhook",
    "certController.replicaCount": "Deployment external-secrets-cert-controller",
  },
  "cert-manager": {
    replicaCount: "Deployment cert-manager",
    "webhook.replicaCount": "Deployment cert-manager-webhook",
    "cainjector.replicaCount": "Deployment cert-manager-cainjector",
  },
  "argo-cd": {
    "controller.replicas": "StatefulSet argocd-application-controller",
    "server.replicas": "Deployment argocd-server",
    "repoServer.replicas": "Deployment argocd-repo-server",
    "applicationSet.replicas": "Deployment argocd-applicationset-controller",
  },
  "cluster-autoscaler": { replicaCount: "Deployment cluster-autoscaler-aws-cluster-autoscaler" },
  "metrics-server": { replicas: "Deployment metrics-server" },
  "kube-prometheus-stack": {
    "grafana.replicas": "Deployment kube-prometheus-stack-grafana",
    "prometheus.prometheusSpec.replicas": "Prometheus kube-prometheus-stack-prometheus",
    "alertmanager.alertmanagerSpec.replicas": "Alertmanager kube-prometheus-stack-alertmanager",
  },
  loki: { "singleBinary.replicas": "StatefulSet loki", "gateway.replicas": "Deployment loki-gateway" },
  tempo: { replicas: "StatefulSet tempo" },
  alloy: { "controller.replicas": "Deployment alloy" },
  "opentelemetry-collector": { replicaCount: "Deployment opentelemetry-collector" },
};

/** Sets the replicas of workloads that have them fixed (an autoscaled one has none in its manifest). */
export const shapeReplicas: ShapeByValues = (objects, values, chart) => {
  for (const [path, target] of Object.entries(REPLICAS[chart.chart] ?? {})) {
    const replicas = valueAt(values, path);
    const object = objects.find((one) => `${one.kind} ${one.metadata.name}` === target);
    if (typeof replicas === "number" && isMap(object?.spec) && object.spec.replicas !== undefined)
      object.spec.replicas = replicas;
  }
  return objects;
};
