import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { at, sameJson } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import type { FieldProblem } from "../status.ts";

/** Fields that stay as they were made. @see the `Validate…Update` functions under k8s.io/kubernetes/pkg/apis */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/deployments": ["spec.selector"],
  "apps/replicasets": ["spec.selector"],
  "apps/daemonsets": ["spec.selector"],
  "batch/jobs": ["spec.selector", "spec.completions", "spec.template"],
  "/services": ["spec.clusterIP"],
  "/persistentvolumeclaims": ["spec.storageClassName", "spec.accessModes", "spec.selector"],
  "/secrets": ["type"],
  "rbac.authorization.k8s.io/rolebindings": ["roleRef"],
  "rbac.authorization.k8s.io/clusterrolebindings": ["roleRef"],
  "storage.k8s.io/storageclasses": ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
  "apiextensions.k8s.io/customresourcedefinitions": ["spec.group", "spec.scope", "spec.names.kind"],
  "scheduling.k8s.io/priorityclasses": ["value"],
};

/** All that may change in a StatefulSet's specification. */
const STATEFULSET_MAY_CHANGE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export function checkImmutable(kind: ResourceKind, existing: ApiObject, changed: ApiObject): FieldProblem[] {
  if (kind.group === "apps" && kind.plural === "statefulsets") return statefulSet(existing, changed);
  const resource = `${kind.group}/${kind.plural}`;
  const problems = (IMMUTABLE[resource] ?? []).flatMap((path) => unchanged(path, existing, changed));
  return [...problems, ...frozenData(resource, existing, changed)];
}

function unchanged(path: string, existing: ApiObject, changed: ApiObject): FieldProblem[] {
  const [before, after] = [at(existing, ...path.split(".")), at(changed, ...path.split("."))];
  // A claim may still get its class; a Service that becomes an ExternalName loses its address.
  if (before === undefined || sameJson(before, after)) return [];
  if (path === "spec.clusterIP" && at(changed, "spec", "type") === "ExternalName") return [];
  return [
    {
      field: path,
      reason: "FieldValueInvalid",
      message: `Invalid value: ${shown(after)}: field is immutable`,
    },
  ];
}

const shown = (value: Json | undefined): string => JSON.stringify(value ?? null);

function statefulSet(existing: ApiObject, changed: ApiObject): FieldProblem[] {
  const rest = (object: ApiObject): Json => {
    const spec = { ...(at(object, "spec") as { [key: string]: Json } | undefined) };
    for (const field of STATEFULSET_MAY_CHANGE) delete spec[field];
    return spec;
  };
  if (sameJson(rest(existing), rest(changed))) return [];
  return [
    {
      field: "spec",
      reason: "FieldValueForbidden",
      message:
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    },
  ];
}

/** ConfigMaps and Secrets can be made immutable as a whole. */
function frozenData(resource: string, existing: ApiObject, changed: ApiObject): FieldProblem[] {
  if ((resource !== "/configmaps" && resource !== "/secrets") || existing.immutable !== true) return [];
  const isSame = ["data", "binaryData", "immutable"].every((key) => sameJson(existing[key], changed[key]));
  if (isSame) return [];
  return [
    {
      field: "data",
      reason: "FieldValueForbidden",
      message: "Forbidden: field is immutable when `immutable` is set",
    },
  ];
}
