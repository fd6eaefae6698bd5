import type { Json } from "../../../world/world.ts";
import { policyProblems } from "../admission/policies/policy.ts";
import type { ApiObject } from "../api-object.ts";
import { at, isObject, objectAt, objectsAt, textAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { matchesSelector } from "../selectors.ts";
import type { FieldProblem } from "../status.ts";
import { checkCustom } from "./custom-resource.ts";
import { ruleProblems } from "./schema/rules.ts";

const required = (field: string): FieldProblem => ({
  field,
  reason: "FieldValueRequired",
  message: "Required value",
});

type Check = (object: ApiObject) => FieldProblem[];

/** The mistakes that people and generators make, not all that upstream checks. */
const CHECKS: Readonly<Record<string, Check>> = {
  "/pods": (object) => podSpec(at(object, "spec"), "spec"),
  "/services": service,
  "apps/deployments": workload,
  "apps/replicasets": workload,
  "apps/statefulsets": workload,
  "apps/daemonsets": workload,
  "batch/jobs": (object) => podSpec(at(object, "spec", "template", "spec"), "spec.template.spec"),
  "batch/cronjobs": (object) => (textAt(object, "spec", "schedule") ? [] : [required("spec.schedule")]),
  "networking.k8s.io/ingresses": ingress,
  "/persistentvolumeclaims": (object) => [
    ...(Array.isArray(at(object, "spec", "accessModes")) ? [] : [required("spec.accessModes")]),
    ...(at(object, "spec", "resources", "requests", "storage") === undefined
      ? [required("spec.resources[storage]")]
      : []),
  ],
  "rbac.authorization.k8s.io/rolebindings": binding,
  "rbac.authorization.k8s.io/clusterrolebindings": binding,
  "storage.k8s.io/storageclasses": (object) => (object.provisioner ? [] : [required("provisioner")]),
  "apiextensions.k8s.io/customresourcedefinitions": definition,
  "admissionregistration.k8s.io/validatingadmissionpolicies": policyProblems,
};

export function checkContent(kind: ResourceKind, object: ApiObject, existing?: ApiObject): FieldProblem[] {
  return kind.custom
    ? checkCustom(kind, object, existing)
    : (CHECKS[`${kind.group}/${kind.plural}`]?.(object) ?? []);
}

function workload(object: ApiObject): FieldProblem[] {
  if (!isObject(object.spec)) return [required("spec")];
  const selector = objectAt(object.spec, "selector");
  const labels = (objectAt(object.spec, "template", "metadata", "labels") ?? {}) as Record<string, string>;
  const problems = podSpec(at(object.spec, "template", "spec"), "spec.template.spec");
  if (!selector) return [required("spec.selector"), ...problems];
  if (matchesSelector(selector, labels)) return problems;
  return [
    {
      field: "spec.template.metadata.labels",
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
    },
    ...problems,
  ];
}

function podSpec(spec: Json | undefined, field: string): FieldProblem[] {
  const containers = objectsAt(spec, "containers");
  if (containers.length === 0) return [required(`${field}.containers`)];
  const names = new Set<string>();
  return containers.flatMap((container, index): FieldProblem[] => {
    const place = `${field}.containers[${index}]`;
    const name = textAt(container, "name") ?? "";
    if (!name) return [required(`${place}.name`)];
    if (names.has(name))
      return [
        {
          field: `${place}.name`,
          reason: "FieldValueDuplicate",
          message: `Duplicate value: ${JSON.stringify(name)}`,
        },
      ];
    names.add(name);
    return textAt(container, "image") ? [] : [required(`${place}.image`)];
  });
}

function service(object: ApiObject): FieldProblem[] {
  const spec = objectAt(object, "spec");
  if (!spec) return [required("spec.ports")];
  const ports = objectsAt(spec, "ports");
  if (ports.length === 0 && spec.type !== "ExternalName" && spec.clusterIP !== "None")
    return [required("spec.ports")];
  return ports.flatMap((port, index) =>
    ports.length > 1 && !port.name ? [required(`spec.ports[${index}].name`)] : [],
  );
}

function ingress(object: ApiObject): FieldProblem[] {
  const rules = objectsAt(object, "spec", "rules");
  if (rules.length === 0 && !objectAt(object, "spec", "defaultBackend"))
    return [
      {
        field: "spec",
        reason: "FieldValueInvalid",
        message: "Invalid value: []: either `defaultBackend` or `rules` must be specified",
      },
    ];
  return rules.flatMap((rule, index) =>
    objectsAt(rule, "http", "paths").flatMap((path, inner) =>
      path.pathType ? [] : [required(`spec.rules[${index}].http.paths[${inner}].pathType`)],
    ),
  );
}

function binding(object: ApiObject): FieldProblem[] {
  return textAt(object, "roleRef", "name") ? [] : [required("roleRef.name")];
}

function definition(object: ApiObject): FieldProblem[] {
  const group = textAt(object, "spec", "group") ?? "";
  const plural = textAt(object, "spec", "names", "plural") ?? "";
  const stored = objectsAt(object, "spec", "versions").filter((version) => version.storage === true);
  const problems: FieldProblem[] = [];
  if (object.metadata.name !== `${plural}.${group}`)
    problems.push({
      field: "metadata.name",
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(object.metadata.name)}: must be spec.names.plural+"."+spec.group`,
    });
  if (stored.length !== 1)
    problems.push({
      field: "spec.versions",
      reason: "FieldValueInvalid",
      message: "Invalid value: must have exactly one version marked as storage version",
    });
  for (const [index, version] of objectsAt(object, "spec", "versions").entries())
    problems.push(
      ...ruleProblems(
        at(version, "schema", "openAPIV3Schema") ?? null,
        `spec.versions[${index}].schema.openAPIV3Schema`,
      ),
    );
  return problems;
}
