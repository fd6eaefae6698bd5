import { type ClusterRecord, COLLECTIONS } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { objectAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

/** What a cluster adds of itself when an object appears. */
export function afterCreate(state: ClusterState, kind: ResourceKind, object: ApiObject): void {
  if (kind.kind === "Namespace" && !kind.group) fillNamespace(state, object.metadata.name);
  if (kind.kind === "CustomResourceDefinition") establish(state, kind, object);
}

/** Each namespace has a ServiceAccount and the cluster's root certificate, or no pod could start in it. */
function fillNamespace(state: ClusterState, namespace: string): void {
  const cluster = state.world.collection<ClusterRecord>(COLLECTIONS.clusters).get(state.name);
  const authority = Buffer.from(cluster?.certificateAuthority ?? "", "base64").toString("utf8");
  const metadata = (name: string): ApiObject["metadata"] => ({
    name,
    namespace,
    uid: state.world.drawsOf(`${state.name}/${namespace}/${name}`).uuid(),
    resourceVersion: "",
    creationTimestamp: timestamp(state.world.clock.now()),
  });
  const accounts = state.builtIn("", "serviceaccounts");
  if (!state.store.get(accounts, namespace, "default"))
    state.write(accounts, { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata("default") });
  const configMaps = state.builtIn("", "configmaps");
  if (!state.store.get(configMaps, namespace, "kube-root-ca.crt"))
    state.write(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("kube-root-ca.crt"),
      data: { "ca.crt": authority },
    });
}

/** A definition is accepted and served at once; a real one takes about a second. */
export function establish(state: ClusterState, kind: ResourceKind, definition: ApiObject): void {
  const current = state.store.get(kind, undefined, definition.metadata.name);
  if (!current) return;
  const lastTransitionTime = timestamp(state.world.clock.now());
  const conditions = [
    {
      lastTransitionTime,
      message: "no conflicts found",
      reason: "NoConflicts",
      status: "True",
      type: "NamesAccepted",
    },
    {
      lastTransitionTime,
      message: "the initial names have been accepted",
      reason: "InitialNamesAccepted",
      status: "True",
      type: "Established",
    },
  ];
  const storedVersions = (objectAt(current)?.spec ? storageVersions(current) : []) as string[];
  const acceptedNames = objectAt(current, "spec", "names") ?? {};
  state.write(kind, { ...current, status: { conditions, acceptedNames, storedVersions } }, current);
}

function storageVersions(definition: ApiObject): string[] {
  const versions = objectAt(definition, "spec")?.versions;
  if (!Array.isArray(versions)) return [];
  return versions.flatMap((version) => {
    const fields = objectAt(version);
    return fields?.storage === true && typeof fields.name === "string" ? [fields.name] : [];
  });
}
