import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { at, listAt, numberAt, objectAt, objectsAt, textAt } from "../json-values.ts";
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
const value = (name: string, otherwise: string, ...path: string[]): Column =>
  text(name, (object) => String(at(object, ...path) ?? otherwise));
const size = (name: string, ...path: string[]): Column => ({
  name,
  type: "integer",
  priority: 0,
  cell: (object) => listAt(object, ...path).length,
});

const none = (...before: Column[]): BuiltInColumns => ({ before, after: [] });

/** `cpu: 12%/80%` of each metric, `<unknown>` for what is not measured. */
function targets(scaler: ApiObject): string {
  const current = objectsAt(scaler, "status", "currentMetrics");
  const shown = objectsAt(scaler, "spec", "metrics").map((metric, index) => {
    const name = textAt(metric, "resource", "name") ?? String(metric.type);
    const wanted = numberAt(metric, "resource", "target", "averageUtilization");
    const is = numberAt(current[index], "resource", "current", "averageUtilization");
    return `${name}: ${is === undefined ? "<unknown>" : `${is}%`}/${wanted ?? "?"}${wanted === undefined ? "" : "%"}`;
  });
  return shown.join(", ") || "<none>";
}

/** `cpu: 1/4, pods: 3/50`: what is used of what may be. */
function used(quota: ApiObject, fits: (name: string) => boolean): string {
  const hard = objectAt(quota, "status", "hard") ?? objectAt(quota, "spec", "hard") ?? {};
  const is = objectAt(quota, "status", "used") ?? {};
  return Object.keys(hard)
    .filter(fits)
    .sort()
    .map((name) => `${name}: ${String(is[name] ?? 0)}/${String(hard[name])}`)
    .join(", ");
}

const isLimit = (name: string): boolean => name.startsWith("limits.");

function addresses(slice: ApiObject): string {
  const all = objectsAt(slice, "endpoints").flatMap((endpoint) => listAt(endpoint, "addresses").map(String));
  const more = all.length > 3 ? ` + ${all.length - 3} more...` : "";
  return all.length > 0 ? `${all.slice(0, 3).join(",")}${more}` : "<unset>";
}

const sincePath =
  (...path: string[]) =>
  (object: ApiObject, now: number): string => {
    const at = textAt(object, ...path);
    return at === undefined ? "<none>" : elapsed(at, now);
  };

const createdAt: BuiltInColumns = {
  shows: "name",
  before: [text("Created At", (object) => object.metadata.creationTimestamp)],
  after: [],
};

/** Who a binding is for, by what they are. */
const subjects = (name: string, kind: string): Column =>
  text(
    name,
    (binding) =>
      objectsAt(binding, "subjects")
        .filter((subject) => subject.kind === kind)
        .map((subject) => (subject.namespace ? `${subject.namespace}/${subject.name}` : String(subject.name)))
        .join(", "),
    1,
  );

const binding: BuiltInColumns = {
  before: [
    text("Role", (object) => `${textAt(object, "roleRef", "kind")}/${textAt(object, "roleRef", "name")}`),
  ],
  after: [
    subjects("Users", "User"),
    subjects("Groups", "Group"),
    subjects("ServiceAccounts", "ServiceAccount"),
  ],
};

/** @see k8s.io/kubernetes/pkg/printers/internalversion/printers.go */
export const POLICY_COLUMNS: Readonly<Record<string, BuiltInColumns>> = {
  "autoscaling/horizontalpodautoscalers": none(
    text(
      "Reference",
      (scaler) =>
        `${textAt(scaler, "spec", "scaleTargetRef", "kind")}/${textAt(scaler, "spec", "scaleTargetRef", "name")}`,
    ),
    text("Targets", targets),
    value("MinPods", "<unset>", "spec", "minReplicas"),
    value("MaxPods", "", "spec", "maxReplicas"),
    value("Replicas", "0", "status", "currentReplicas"),
  ),
  "/resourcequotas": none(
    text("Request", (quota) => used(quota, (name) => !isLimit(name))),
    text("Limit", (quota) => used(quota, isLimit)),
  ),
  "/limitranges": createdAt,
  "discovery.k8s.io/endpointslices": none(
    value("AddressType", "", "addressType"),
    text("Ports", (slice) =>
      objectsAt(slice, "ports")
        .map(({ port }) => String(port))
        .join(","),
    ),
    text("Endpoints", addresses),
  ),
  "networking.k8s.io/networkpolicies": none(
    text("Pod-Selector", (policy) => selectorText(at(policy, "spec", "podSelector", "matchLabels"))),
  ),
  "scheduling.k8s.io/priorityclasses": none(
    value("Value", "0", "value"),
    value("Global-Default", "false", "globalDefault"),
    value("PreemptionPolicy", "PreemptLowerPriority", "preemptionPolicy"),
  ),
  "coordination.k8s.io/leases": none(value("Holder", "", "spec", "holderIdentity")),
  "admissionregistration.k8s.io/validatingwebhookconfigurations": none(size("Webhooks", "webhooks")),
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": none(size("Webhooks", "webhooks")),
  "admissionregistration.k8s.io/validatingadmissionpolicies": none(
    size("Validations", "spec", "validations"),
    value("ParamKind", "<unset>", "spec", "paramKind", "kind"),
  ),
  "admissionregistration.k8s.io/validatingadmissionpolicybindings": none(
    value("PolicyName", "", "spec", "policyName"),
    value("ParamRef", "<unset>", "spec", "paramRef", "name"),
  ),
  "node.k8s.io/runtimeclasses": none(value("Handler", "", "handler")),
  "storage.k8s.io/csidrivers": none(
    value("AttachRequired", "true", "spec", "attachRequired"),
    value("PodInfoOnMount", "false", "spec", "podInfoOnMount"),
    value("StorageCapacity", "false", "spec", "storageCapacity"),
  ),
  "storage.k8s.io/volumeattachments": none(
    value("Attacher", "", "spec", "attacher"),
    value("PV", "", "spec", "source", "persistentVolumeName"),
    value("Node", "", "spec", "nodeName"),
    value("Attached", "false", "status", "attached"),
  ),
  "certificates.k8s.io/certificatesigningrequests": none(
    value("SignerName", "", "spec", "signerName"),
    value("Requestor", "", "spec", "username"),
  ),
  "rbac.authorization.k8s.io/rolebindings": binding,
  "rbac.authorization.k8s.io/clusterrolebindings": binding,
  "rbac.authorization.k8s.io/roles": createdAt,
  "rbac.authorization.k8s.io/clusterroles": createdAt,
  "apiextensions.k8s.io/customresourcedefinitions": createdAt,
  "batch/cronjobs": none(
    value("Schedule", "", "spec", "schedule"),
    value("Timezone", "<none>", "spec", "timeZone"),
    text("Suspend", (job) => (at(job, "spec", "suspend") === true ? "True" : "False")),
    size("Active", "status", "active"),
    text("Last Schedule", sincePath("status", "lastScheduleTime")),
  ),
};
