import { isObject, type JsonObject, objectAt, objectsAt, setDefault } from "../json-values.ts";

/**
 * Defaults of a pod's specification, as a template or as the pod itself.
 * @see `SetDefaults_PodSpec` and neighbours, k8s.io/kubernetes/pkg/apis/core/v1/defaults.go
 */
export function defaultPodSpec(spec: JsonObject, restartPolicy = "Always"): void {
  setDefault(spec, "restartPolicy", restartPolicy);
  setDefault(spec, "terminationGracePeriodSeconds", 30);
  setDefault(spec, "dnsPolicy", "ClusterFirst");
  setDefault(spec, "securityContext", {});
  setDefault(spec, "schedulerName", "default-scheduler");
  // The old name of the field is kept equal to the new one.
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  // Set only where missing: a change of the status brings the stored, frozen specification along.
  if (account) {
    setDefault(spec, "serviceAccountName", account);
    setDefault(spec, "serviceAccount", account);
  }
  for (const list of ["initContainers", "containers"])
    for (const container of objectsAt(spec, list)) defaultContainer(container);
  for (const volume of objectsAt(spec, "volumes")) defaultVolume(volume);
}

function defaultContainer(container: JsonObject): void {
  const image = typeof container.image === "string" ? container.image : "";
  const tag = image.includes("@") ? "digest" : image.slice(image.lastIndexOf("/") + 1).split(":")[1];
  setDefault(container, "imagePullPolicy", tag === undefined || tag === "latest" ? "Always" : "IfNotPresent");
  setDefault(container, "terminationMessagePath", "/dev/termination-log");
  setDefault(container, "terminationMessagePolicy", "File");
  setDefault(container, "resources", {});
  defaultRequests(container);
  for (const port of objectsAt(container, "ports")) setDefault(port, "protocol", "TCP");
  for (const variable of objectsAt(container, "env")) {
    const field = objectAt(variable, "valueFrom", "fieldRef");
    if (field) setDefault(field, "apiVersion", "v1");
  }
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const probe = objectAt(container, name);
    if (probe) defaultProbe(probe);
  }
}

/** A limit without a request is the request too. */
function defaultRequests(container: JsonObject): void {
  const limits = objectAt(container, "resources", "limits");
  const resources = objectAt(container, "resources");
  if (!limits || !resources) return;
  resources.requests = { ...limits, ...(isObject(resources.requests) ? resources.requests : {}) };
}

function defaultProbe(probe: JsonObject): void {
  setDefault(probe, "timeoutSeconds", 1);
  setDefault(probe, "periodSeconds", 10);
  setDefault(probe, "successThreshold", 1);
  setDefault(probe, "failureThreshold", 3);
  const grpc = objectAt(probe, "grpc");
  // kubectl's describe relies on it.
  if (grpc) setDefault(grpc, "service", "");
  const http = objectAt(probe, "httpGet");
  if (!http) return;
  setDefault(http, "path", "/");
  setDefault(http, "scheme", "HTTP");
}

function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).length === 1 && "name" in volume) volume.emptyDir = {};
  for (const source of ["configMap", "secret", "projected", "downwardAPI"]) {
    const found = objectAt(volume, source);
    // 0644
    if (found) setDefault(found, "defaultMode", 420);
  }
  const host = objectAt(volume, "hostPath");
  if (host) setDefault(host, "type", "");
  for (const source of objectsAt(volume, "projected", "sources")) {
    const token = objectAt(source, "serviceAccountToken");
    if (token) setDefault(token, "expirationSeconds", 3600);
  }
}
