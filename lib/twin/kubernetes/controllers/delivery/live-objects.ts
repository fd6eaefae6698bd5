import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { annotationsOf, type Fields, mapAt, textAt } from "../engine/fields.ts";
import { TRACKING } from "./desired.ts";

/** What stands in the cluster under the name of an object that an application wants. */
export const liveOf = (wanted: Fields, client: ClusterClient): ApiObject | undefined => {
  const { name, namespace } = mapAt(wanted, "metadata");
  return client.get(
    String(wanted.apiVersion),
    String(wanted.kind),
    typeof namespace === "string" ? namespace : undefined,
    String(name),
  );
};

/** Kinds that applications here consist of, for finding what should be pruned. */
const PRUNABLE: readonly (readonly [string, string])[] = [
  ["v1", "Service"],
  ["v1", "ServiceAccount"],
  ["v1", "ConfigMap"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
];

/** What carries the mark of an application, wanted or not. */
export function tracked(application: ApiObject, client: ClusterClient): ApiObject[] {
  const namespace = textAt(application, "spec", "destination", "namespace");
  return PRUNABLE.flatMap(([apiVersion, kind]) => client.list(apiVersion, kind, namespace)).filter(
    (object) => annotationsOf(object)[TRACKING]?.split(":")[0] === application.metadata.name,
  );
}

/** An object as a line of `status.resources`. */
export function resource(object: Fields, status: string): Fields {
  const apiVersion = String(object.apiVersion);
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const { name, namespace } = mapAt(object, "metadata");
  return {
    ...(group ? { group } : {}),
    kind: String(object.kind),
    name: name ?? "",
    namespace: namespace ?? "",
    status,
    version: version ?? "",
  };
}
