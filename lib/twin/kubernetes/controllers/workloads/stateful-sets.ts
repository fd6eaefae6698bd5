import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, numberAt, textAt } from "../engine/fields.ts";
import { contentHash } from "../engine/names.ts";
import { makePod } from "./make-pod.ts";
import { controllerOf, isReady, podOf, podsOf } from "./pod-template.ts";

const REVISION = "controller-revision-hash";

/** Pods with names and volumes of their own, one after the other unless the set says Parallel. */
export const statefulSets: Controller = {
  name: "stateful-sets",
  watches: {
    StatefulSet: "self",
    Pod: (change, client) => {
      const [, name] = /^(.+)-\d+$/.exec(change.name) ?? [];
      const set =
        name === undefined
          ? undefined
          : client.get("apps/v1", "StatefulSet", change.namespace ?? undefined, name);
      return set ? [client.referenceOf(set)] : [];
    },
  },
  reconcile(set, context) {
    if (set.metadata.deletionTimestamp) return;
    const desired = numberAt(set, "spec", "replicas") ?? 1;
    const revision = `${set.metadata.name}-${contentHash(mapAt(set, "spec", "template") as Json)}`;
    fill(set, desired, revision, context);
    replaceOne(set, revision, context);
    writeStatus(set, desired, revision, context);
  },
};

const ordinalOf = (pod: ApiObject): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
const byOrdinal = (pods: ApiObject[]): ApiObject[] => pods.sort((a, b) => ordinalOf(a) - ordinalOf(b));

function fill(set: ApiObject, desired: number, revision: string, context: ReconcileContext): void {
  const { client } = context;
  const parallel = textAt(set, "spec", "podManagementPolicy") === "Parallel";
  for (const pod of byOrdinal(podsOf(client, set)).reverse())
    if (ordinalOf(pod) >= desired) client.delete(pod);
  for (let ordinal = 0; ordinal < desired; ordinal++) {
    const name = `${set.metadata.name}-${ordinal}`;
    const pod = client.get("v1", "Pod", set.metadata.namespace, name);
    if (!pod) makeMember(set, name, ordinal, revision, context);
    if (!parallel && !(pod && isReady(pod))) return;
  }
}

function makeMember(
  set: ApiObject,
  name: string,
  ordinal: number,
  revision: string,
  context: ReconcileContext,
): void {
  const { client } = context;
  const volumes = mapsAt(set, "spec", "volumeClaimTemplates").map((template) => {
    const volume = textAt(template, "metadata", "name");
    const claimName = `${volume}-${name}`;
    if (!client.get("v1", "PersistentVolumeClaim", set.metadata.namespace, claimName))
      client.create({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name: claimName,
          namespace: set.metadata.namespace ?? "default",
          labels: mapAt(set, "spec", "selector", "matchLabels"),
        },
        spec: mapAt(template, "spec"),
      });
    return { name: volume, persistentVolumeClaim: { claimName } };
  });
  const template = mapAt(set, "spec", "template");
  const others = mapsAt(template, "spec", "volumes").filter(
    ({ name: other }) => !volumes.some((one) => one.name === other),
  );
  const labels = {
    [REVISION]: revision,
    "statefulset.kubernetes.io/pod-name": name,
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
  const spec: Fields = {
    hostname: name,
    subdomain: textAt(set, "spec", "serviceName"),
    volumes: [...others, ...volumes],
  };
  makePod(set, podOf(set, template, name, labels, spec), "statefulset-controller", context);
}

/** A changed template replaces the pods from the highest ordinal down, each when the others are ready. */
function replaceOne(set: ApiObject, revision: string, { client }: ReconcileContext): void {
  if (textAt(set, "spec", "updateStrategy", "type") === "OnDelete") return;
  const pods = byOrdinal(podsOf(client, set));
  const outdated = pods.filter((pod) => pod.metadata.labels?.[REVISION] !== revision);
  const next = outdated.at(-1);
  if (next && pods.every((pod) => isReady(pod) || pod === next)) client.delete(next);
}

function writeStatus(set: ApiObject, desired: number, revision: string, { client }: ReconcileContext): void {
  const pods = podsOf(client, set);
  const updated = pods.filter((pod) => pod.metadata.labels?.[REVISION] === revision).length;
  const ready = pods.filter(isReady).length;
  const before = textAt(set, "status", "currentRevision");
  const complete = updated === desired && ready === desired && pods.length === desired;
  const status: Fields = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: complete
      ? desired
      : before === revision || before === ""
        ? updated
        : pods.length - updated,
    updatedReplicas: updated,
    currentRevision: complete || before === "" ? revision : before,
    updateRevision: revision,
    collisionCount: 0,
  };
  const live = mapAt(set, "status");
  if (Object.entries(status).some(([key, value]) => live[key] !== value))
    client.patch(set, { status }, "status");
}

/** Used by whoever looks for the set of a pod. */
export const setOf = (pod: ApiObject): string | undefined => controllerOf(pod, "StatefulSet")?.name;
