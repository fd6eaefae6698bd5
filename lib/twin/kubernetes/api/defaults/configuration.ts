import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject, objectAt, objectsAt, setDefault } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

const RBAC = "rbac.authorization.k8s.io";

/** Defaults of what configures the cluster itself: secrets, RBAC, admission, definitions. */
const BY_PLURAL: Readonly<Record<string, (object: ApiObject) => void>> = {
  namespaces: (namespace) => {
    setDefault(namespace, "spec", { finalizers: ["kubernetes"] });
    namespace.metadata.labels = {
      ...namespace.metadata.labels,
      "kubernetes.io/metadata.name": namespace.metadata.name,
    };
  },
  secrets: (secret) => {
    setDefault(secret, "type", "Opaque");
    if (!isObject(secret.stringData)) return;
    const encoded = Object.entries(secret.stringData).map(([key, value]) => [
      key,
      Buffer.from(String(value), "utf8").toString("base64"),
    ]);
    secret.data = { ...(isObject(secret.data) ? secret.data : {}), ...Object.fromEntries(encoded) };
    delete secret.stringData;
  },
  rolebindings: defaultBinding,
  clusterrolebindings: defaultBinding,
  roles: (role) => setDefault(role, "rules", null),
  clusterroles: (role) => setDefault(role, "rules", null),
  validatingwebhookconfigurations: (configuration) => defaultWebhooks(configuration, false),
  mutatingwebhookconfigurations: (configuration) => defaultWebhooks(configuration, true),
  validatingadmissionpolicies: (policy) => {
    const spec = objectAt(policy, "spec");
    if (!spec) return;
    setDefault(spec, "failurePolicy", "Fail");
    const constraints = objectAt(spec, "matchConstraints");
    if (constraints) defaultMatch(constraints);
  },
  customresourcedefinitions: (definition) => {
    const spec = objectAt(definition, "spec");
    const names = objectAt(spec, "names");
    if (!spec || !names || typeof names.kind !== "string") return;
    setDefault(names, "singular", names.kind.toLowerCase());
    setDefault(names, "listKind", `${names.kind}List`);
    setDefault(spec, "conversion", { strategy: "None" });
  },
  priorityclasses: (priority) => setDefault(priority, "preemptionPolicy", "PreemptLowerPriority"),
};

function defaultBinding(binding: ApiObject): void {
  const role = objectAt(binding, "roleRef");
  if (role) setDefault(role, "apiGroup", RBAC);
  for (const subject of objectsAt(binding, "subjects"))
    if (subject.kind === "User" || subject.kind === "Group") setDefault(subject, "apiGroup", RBAC);
}

function defaultMatch(target: JsonObject): void {
  setDefault(target, "matchPolicy", "Equivalent");
  setDefault(target, "namespaceSelector", {});
  setDefault(target, "objectSelector", {});
}

/** @see k8s.io/kubernetes/pkg/apis/admissionregistration/v1/defaults.go */
function defaultWebhooks(configuration: ApiObject, mutating: boolean): void {
  for (const webhook of objectsAt(configuration, "webhooks")) {
    setDefault(webhook, "failurePolicy", "Fail");
    setDefault(webhook, "timeoutSeconds", 10);
    defaultMatch(webhook);
    if (mutating) setDefault(webhook, "reinvocationPolicy", "Never");
    const service = objectAt(webhook, "clientConfig", "service");
    if (service) setDefault(service, "port", 443);
    for (const rule of objectsAt(webhook, "rules")) setDefault(rule, "scope", "*");
  }
}

export function defaultConfiguration(kind: ResourceKind, object: ApiObject): void {
  BY_PLURAL[kind.plural]?.(object);
}
