import type { KubernetesObject } from "../../kubernetes/contract.ts";
import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, type Values, valueAt } from "../values.ts";

/** Grafana's ingress and volume, and the specs of the Prometheus and the Alertmanager. */
export const shapeGrafanaStack: ShapeByValues = (objects, values, chart) => {
  const { name, namespace } = chart.release;
  const others = objects.filter((one) => one.kind !== "Ingress" || one.metadata.name !== `${name}-grafana`);
  shapeCustomResource(objects, "Prometheus", valueAt(values, "prometheus.prometheusSpec"), "storageSpec");
  shapeCustomResource(objects, "Alertmanager", valueAt(values, "alertmanager.alertmanagerSpec"), "storage");
  return [
    ...others,
    ...grafanaIngress(`${name}-grafana`, namespace, valueAt(values, "grafana.ingress")),
    ...grafanaVolume(others, `${name}-grafana`, namespace, valueAt(values, "grafana.persistence")),
  ];
};

function shapeCustomResource(
  objects: KubernetesObject[],
  kind: string,
  settings: unknown,
  storage: string,
): void {
  const spec = objects.find((one) => one.kind === kind)?.spec;
  if (!isMap(spec) || !isMap(settings as Values)) return;
  const { retention, retentionSize, [storage]: claim } = settings as Values;
  if (retention !== undefined) spec.retention = retention;
  if (retentionSize !== undefined) spec.retentionSize = retentionSize;
  if (isMap(claim) && Object.keys(claim).length > 0) spec.storage = claim;
}

function grafanaIngress(name: string, namespace: string, settings: unknown): KubernetesObject[] {
  if (!isMap(settings as Values)) return [];
  const { enabled, hosts, annotations, tls, ingressClassName, path, pathType } = settings as Values;
  if (enabled !== true) return [];
  const backend = { service: { name, port: { number: 80 } } };
  const paths = [{ path: path ?? "/", pathType: pathType ?? "Prefix", backend }];
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name,
        namespace,
        labels: { "app.kubernetes.io/name": "grafana", "app.kubernetes.io/managed-by": "Helm" },
        ...(isMap(annotations) ? { annotations } : {}),
      },
      spec: {
        ...(typeof ingressClassName === "string" ? { ingressClassName } : {}),
        ...(Array.isArray(tls) && tls.length > 0 ? { tls } : {}),
        rules: (Array.isArray(hosts) ? hosts : []).map((host) => ({ host, http: { paths } })),
      },
    },
  ];
}

/** The recorded claim comes only with both `enabled` and `size`; `enabled` alone is enough, the size is 10Gi then. */
function grafanaVolume(
  objects: readonly KubernetesObject[],
  name: string,
  namespace: string,
  settings: unknown,
): KubernetesObject[] {
  const claim = objects.find((one) => one.kind === "PersistentVolumeClaim" && one.metadata.name === name);
  if (!isMap(settings as Values) || (settings as Values).enabled !== true) return [];
  const { size, storageClassName, accessModes, existingClaim } = settings as Values;
  if (existingClaim !== undefined) return [];
  mountVolume(objects, name);
  const spec = {
    accessModes: accessModes ?? ["ReadWriteOnce"],
    ...(typeof storageClassName === "string" ? { storageClassName } : {}),
    resources: { requests: { storage: size ?? "10Gi" } },
  };
  if (claim) {
    claim.spec = spec;
    return [];
  }
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace, labels: { "app.kubernetes.io/managed-by": "Helm" } },
      spec,
    },
  ];
}

/** Grafana's directory is on the claim, not in memory. */
function mountVolume(objects: readonly KubernetesObject[], claimName: string): void {
  const deployment = objects.find((one) => one.kind === "Deployment" && one.metadata.name === claimName);
  const spec = isMap(deployment?.spec) ? (deployment.spec as Values) : {};
  const pod = isMap(spec.template) && isMap(spec.template.spec) ? spec.template.spec : {};
  if (!Array.isArray(pod.volumes)) return;
  pod.volumes = pod.volumes.map((volume) =>
    isMap(volume) && volume.name === "storage"
      ? { name: "storage", persistentVolumeClaim: { claimName } }
      : volume,
  );
}
