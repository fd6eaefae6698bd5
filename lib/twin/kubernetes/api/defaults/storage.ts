import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { isObject, setDefault } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

const IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

/** @see k8s.io/kubernetes/pkg/apis/core/v1/defaults.go, storage/v1/defaults.go, the DefaultStorageClass admission.
 * The protecting finalizers are not set: nothing here would take them off when the last pod lets go. */
export function defaultStorage(kind: ResourceKind, object: ApiObject, state: ClusterState): void {
  const spec = isObject(object.spec) ? object.spec : {};
  switch (kind.plural) {
    case "storageclasses":
      setDefault(object, "reclaimPolicy", "Delete");
      setDefault(object, "volumeBindingMode", "Immediate");
      return;
    case "persistentvolumeclaims":
      setDefault(spec, "volumeMode", "Filesystem");
      if (spec.storageClassName === undefined) defaultClass(state, spec);
      return;
    case "persistentvolumes":
      setDefault(spec, "volumeMode", "Filesystem");
      setDefault(spec, "persistentVolumeReclaimPolicy", "Retain");
  }
}

function defaultClass(state: ClusterState, spec: { [key: string]: unknown }): void {
  const classes = state.store.list(state.builtIn("storage.k8s.io", "storageclasses"));
  // The newest wins where several call themselves the default.
  const [chosen] = classes
    .filter(({ metadata }) => metadata.annotations?.[IS_DEFAULT] === "true")
    .sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp));
  if (chosen) spec.storageClassName = chosen.metadata.name;
}
