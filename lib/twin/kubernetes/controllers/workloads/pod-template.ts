import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { isTrue } from "../engine/conditions.ts";
import { type Fields, isOwnedBy, mapAt, ownerReference, type Strings, textAt } from "../engine/fields.ts";

/** A pod of a template, for its owner. */
export function podOf(
  owner: ApiObject,
  template: Fields,
  name: string,
  labels: Strings,
  spec: Fields = {},
): Fields {
  const metadata = mapAt(template, "metadata");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: owner.metadata.namespace ?? "default",
      labels: { ...(metadata.labels as Strings | undefined), ...labels },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...mapAt(template, "spec"), ...spec },
  };
}

/** The pods that an object controls, in the order of their names. */
export const podsOf = (client: ClusterClient, owner: ApiObject): ApiObject[] =>
  client.list("v1", "Pod", owner.metadata.namespace).filter((pod) => isOwnedBy(pod, owner));

export const isReady = (pod: ApiObject): boolean =>
  isTrue(pod, "Ready") && textAt(pod, "status", "phase") === "Running" && !pod.metadata.deletionTimestamp;

/** The object that controls a pod, as it is named there. */
export const controllerOf = (pod: ApiObject | undefined, kind: string): { name: string } | undefined =>
  pod?.metadata.ownerReferences?.find((owner) => owner.kind === kind && owner.controller);
