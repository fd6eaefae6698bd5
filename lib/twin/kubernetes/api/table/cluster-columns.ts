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

const addressOf = (node: ApiObject, type: string): string => {
  const found = objectsAt(node, "status", "addresses").find((address) => address.type === type);
  return found ? String(found.address) : "<none>";
};

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

const accessModes = text("Access Modes", (volume) =>
  listAt(volume, "spec", "accessModes")
    .map((mode) => MODES[String(mode)] ?? String(mode))
    .join(","),
);

const attributesClass = text(
  "VolumeAttributesClass",
  (volume) => textAt(volume, "spec", "volumeAttributesClassName") ?? "<unset>",
);

const volumeMode = text("VolumeMode", (volume) => textAt(volume, "spec", "volumeMode") ?? "<unset>", 1);

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

const none = (...before: Column[]): BuiltInColumns => ({ before, after: [] });

/** In either group the stored Event is the core one, which is renamed when it is shown. */
const either = (event: ApiObject, ...names: [core: string, other: string]): Json | undefined =>
  at(event, names[0]) ?? at(event, names[1]);

const involved = (event: ApiObject): Json | undefined => either(event, "involvedObject", "regarding");

const EVENTS: BuiltInColumns = {
  shows: "neither",
  before: [
    text("Last Seen", (event, now) =>
      elapsed(
        String(either(event, "lastTimestamp", "deprecatedLastTimestamp") ?? event.metadata.creationTimestamp),
        now,
      ),
    ),
    field("Type", "type"),
    field("Reason", "reason"),
    text("Object", (event) => {
      const object = involved(event);
      return `${(textAt(object, "kind") ?? "").toLowerCase()}/${textAt(object, "name") ?? ""}`;
    }),
    text("Subobject", (event) => textAt(involved(event), "fieldPath") ?? "", 1),
    text("Source", (event) => textAt(either(event, "source", "deprecatedSource"), "component") ?? "", 1),
    text("Message", (event) => String(either(event, "message", "note") ?? "")),
    text(
      "First Seen",
      (event, now) =>
        elapsed(
          String(
            either(event, "firstTimestamp", "deprecatedFirstTimestamp") ?? event.metadata.creationTimestamp,
          ),
          now,
        ),
      1,
    ),
    text("Count", (event) => String(either(event, "count", "deprecatedCount") ?? 1), 1),
    text("Name", (event) => event.metadata.name, 1),
  ],
  after: [],
};

export const CLUSTER_COLUMNS: Readonly<Record<string, BuiltInColumns>> = {
  "/namespaces": none(field("Status", "status", "phase")),
  "/nodes": {
    before: [text("Status", nodeStatus), text("Roles", () => "<none>")],
    after: [
      field("Version", "status", "nodeInfo", "kubeletVersion"),
      text("Internal-IP", (node) => addressOf(node, "InternalIP"), 1),
      text("External-IP", (node) => addressOf(node, "ExternalIP"), 1),
      text("OS-Image", (node) => textAt(node, "status", "nodeInfo", "osImage") ?? "<unknown>", 1),
      text("Kernel-Version", (node) => textAt(node, "status", "nodeInfo", "kernelVersion") ?? "<unknown>", 1),
      text(
        "Container-Runtime",
        (node) => textAt(node, "status", "nodeInfo", "containerRuntimeVersion") ?? "<unknown>",
        1,
      ),
    ],
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
  "/persistentvolumeclaims": {
    before: [
      field("Status", "status", "phase"),
      field("Volume", "spec", "volumeName"),
      field("Capacity", "status", "capacity", "storage"),
      accessModes,
      field("StorageClass", "spec", "storageClassName"),
      attributesClass,
    ],
    after: [volumeMode],
  },
  "/persistentvolumes": {
    before: [
      field("Capacity", "spec", "capacity", "storage"),
      accessModes,
      field("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
      field("Status", "status", "phase"),
      text("Claim", (volume) =>
        at(volume, "spec", "claimRef")
          ? `${textAt(volume, "spec", "claimRef", "namespace")}/${textAt(volume, "spec", "claimRef", "name")}`
          : "",
      ),
      field("StorageClass", "spec", "storageClassName"),
      attributesClass,
      field("Reason", "status", "reason"),
    ],
    after: [volumeMode],
  },
  "/events": EVENTS,
  "events.k8s.io/events": EVENTS,
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
    text("AllowVolumeExpansion", (one) => String(at(one, "allowVolumeExpansion") ?? false)),
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
