import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { at, isObject, listAt, objectsAt, textAt } from "../json-values.ts";
import type { BuiltInColumns } from "./built-in-columns.ts";
import type { Column } from "./column.ts";
import { elapsed } from "./column.ts";
import { selectorText } from "./workload-columns.ts";

const text = (name: string, cell: (object: ApiObject, now: number) => Json, priority = 0): Column => ({
  name,
  type: "string",
  priority,
  cell,
});
const field = (name: string, ...path: string[]): Column =>
  text(name, (object) => textAt(object, ...path) ?? "");
const size = (name: string, key: string): Column => ({
  name,
  type: "integer",
  priority: 0,
  cell: (object) => {
    const value = object[key];
    if (Array.isArray(value)) return value.length;
    return isObject(value) ? Object.keys(value).length : 0;
  },
});

function nodeStatus(node: ApiObject): string {
  const ready = objectsAt(node, "status", "conditions").find(({ type }) => type === "Ready");
  const word = ready?.status === "True" ? "Ready" : ready ? "NotReady" : "Unknown";
  return at(node, "spec", "unschedulable") === true ? `${word},SchedulingDisabled` : word;
}

function externalAddress(service: ApiObject): string {
  const ingress = objectsAt(service, "status", "loadBalancer", "ingress");
  const found = ingress.map((entry) => String(entry.hostname ?? entry.ip ?? "")).filter(Boolean);
  if (found.length > 0) return found.join(",");
  return textAt(service, "spec", "type") === "LoadBalancer" ? "<pending>" : "<none>";
}

function ports(service: ApiObject): string {
  const each = objectsAt(service, "spec", "ports").map(
    ({ port, nodePort, protocol }) =>
      `${String(port)}${nodePort ? `:${String(nodePort)}` : ""}/${String(protocol)}`,
  );
  return each.join(",") || "<none>";
}

const hosts = (ingress: ApiObject): string =>
  objectsAt(ingress, "spec", "rules")
    .map((rule) => String(rule.host ?? "*"))
    .join(",") || "*";

function available(service: ApiObject): string {
  const condition = objectsAt(service, "status", "conditions").find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  return condition.status === "True" ? "True" : `False (${String(condition.reason)})`;
}

const roleRef = text(
  "Role",
  (binding) => `${textAt(binding, "roleRef", "kind")}/${textAt(binding, "roleRef", "name")}`,
);

const none = (...before: Column[]): BuiltInColumns => ({ before, after: [] });

export const CLUSTER_COLUMNS: Readonly<Record<string, BuiltInColumns>> = {
  "/namespaces": none(field("Status", "status", "phase")),
  "/nodes": {
    before: [text("Status", nodeStatus), text("Roles", () => "<none>")],
    after: [field("Version", "status", "nodeInfo", "kubeletVersion")],
  },
  "/services": {
    before: [
      field("Type", "spec", "type"),
      text("Cluster-IP", (service) => textAt(service, "spec", "clusterIP") ?? "<none>"),
      text("External-IP", externalAddress),
      text("Port(s)", ports),
    ],
    after: [text("Selector", (service) => selectorText(at(service, "spec", "selector")), 1)],
  },
  "/configmaps": none(size("Data", "data")),
  "/secrets": none(field("Type", "type"), size("Data", "data")),
  "/serviceaccounts": none(size("Secrets", "secrets")),
  "/persistentvolumeclaims": none(
    field("Status", "status", "phase"),
    field("Volume", "spec", "volumeName"),
    field("Capacity", "status", "capacity", "storage"),
    text("Access Modes", (claim) => listAt(claim, "spec", "accessModes").join(",")),
    field("StorageClass", "spec", "storageClassName"),
  ),
  "/persistentvolumes": none(
    field("Capacity", "spec", "capacity", "storage"),
    field("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
    field("Status", "status", "phase"),
    text("Claim", (volume) =>
      at(volume, "spec", "claimRef")
        ? `${textAt(volume, "spec", "claimRef", "namespace")}/${textAt(volume, "spec", "claimRef", "name")}`
        : "",
    ),
    field("StorageClass", "spec", "storageClassName"),
  ),
  "/events": {
    before: [
      text("Last Seen", (event, now) =>
        elapsed(textAt(event, "lastTimestamp") ?? event.metadata.creationTimestamp, now),
      ),
      field("Type", "type"),
      field("Reason", "reason"),
      text(
        "Object",
        (event) =>
          `${(textAt(event, "involvedObject", "kind") ?? "").toLowerCase()}/${textAt(event, "involvedObject", "name") ?? ""}`,
      ),
      field("Message", "message"),
    ],
    after: [],
  },
  "networking.k8s.io/ingresses": none(
    text("Class", (ingress) => textAt(ingress, "spec", "ingressClassName") ?? "<none>"),
    text("Hosts", hosts),
    text("Address", (ingress) =>
      objectsAt(ingress, "status", "loadBalancer", "ingress")
        .map((entry) => String(entry.hostname ?? entry.ip ?? ""))
        .join(","),
    ),
    text("Ports", (ingress) => (listAt(ingress, "spec", "tls").length > 0 ? "80, 443" : "80")),
  ),
  "networking.k8s.io/ingressclasses": none(field("Controller", "spec", "controller")),
  "storage.k8s.io/storageclasses": none(
    field("Provisioner", "provisioner"),
    field("ReclaimPolicy", "reclaimPolicy"),
    field("VolumeBindingMode", "volumeBindingMode"),
  ),
  "rbac.authorization.k8s.io/rolebindings": none(roleRef),
  "rbac.authorization.k8s.io/clusterrolebindings": none(roleRef),
  "rbac.authorization.k8s.io/roles": none(text("Created At", (role) => role.metadata.creationTimestamp)),
  "rbac.authorization.k8s.io/clusterroles": none(
    text("Created At", (role) => role.metadata.creationTimestamp),
  ),
  "apiextensions.k8s.io/customresourcedefinitions": none(
    text("Created At", (definition) => definition.metadata.creationTimestamp),
  ),
  "apiregistration.k8s.io/apiservices": none(
    text("Service", (service) => {
      const name = textAt(service, "spec", "service", "name");
      return name ? `${textAt(service, "spec", "service", "namespace")}/${name}` : "Local";
    }),
    text("Available", available),
  ),
  "policy/poddisruptionbudgets": none(
    text("Min Available", (budget) => String(at(budget, "spec", "minAvailable") ?? "N/A")),
    text("Max Unavailable", (budget) => String(at(budget, "spec", "maxUnavailable") ?? "N/A")),
    text("Allowed Disruptions", (budget) => String(at(budget, "status", "disruptionsAllowed") ?? 0)),
  ),
};
