import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import { sameJson } from "../../api/json-values.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { type Condition, withConditions } from "../engine/conditions.ts";
import type { Change, Controller, ReconcileContext } from "../engine/controller.ts";
import { report } from "../engine/events.ts";
import {
  annotationsOf,
  type Fields,
  isOwnedBy,
  mapAt,
  numberAt,
  ownerReference,
  type Strings,
} from "../engine/fields.ts";
import { contentHash, randomSuffix } from "../engine/names.ts";
import { conditionsOf, progressDeadline, stamped } from "./deployment-conditions.ts";
import { dropPod, makePod } from "./make-pod.ts";
import { isReady, podOf, podsOf } from "./pod-template.ts";

const HASH = "pod-template-hash";
const REVISION = "deployment.kubernetes.io/revision";
const COMPONENT = "deployment-controller";
const SET_COMPONENT = "replicaset-controller";

/** ReplicaSets and pods of Deployments: the new set goes up at once, the old one down when the new is available. */
export const deployments: Controller = {
  name: "deployments",
  watches: {
    Deployment: "self",
    Pod: (change, client) => ofPod(change, client),
  },
  reconcile(deployment, context) {
    if (deployment.metadata.deletionTimestamp) return;
    const current = currentSet(deployment, context);
    if (!current) return;
    const desired = numberAt(deployment, "spec", "replicas") ?? 1;
    scale(deployment, current, desired, context);
    const refusal = fill(current, desired, context);
    const ready = podsOf(context.client, current).filter(isReady).length;
    const old = oldSets(deployment, current, context.client);
    if (ready >= desired) for (const set of old) empty(deployment, set, context);
    for (const set of [current, ...old]) writeSetStatus(set, set === current ? refusal : undefined, context);
    writeStatus(deployment, current, { desired, refusal }, context);
  },
};

/** A pod carries its set's name, and the set its Deployment's: `<deployment>-<hash>-<suffix>`. */
function ofPod(change: Change, client: ClusterClient) {
  const [, deployment] = /^(.+)-[^-]+-[^-]+$/.exec(change.name) ?? [];
  const found =
    deployment === undefined
      ? undefined
      : client.get("apps/v1", "Deployment", change.namespace ?? undefined, deployment);
  return found ? [client.referenceOf(found)] : [];
}

const setsOf = (deployment: ApiObject, client: ClusterClient): ApiObject[] =>
  client
    .list("apps/v1", "ReplicaSet", deployment.metadata.namespace)
    .filter((set) => isOwnedBy(set, deployment));

const oldSets = (deployment: ApiObject, current: ApiObject, client: ClusterClient): ApiObject[] =>
  setsOf(deployment, client).filter(
    (set) =>
      set.metadata.name !== current.metadata.name &&
      ((numberAt(set, "spec", "replicas") ?? 0) > 0 || podsOf(client, set).length > 0),
  );

/** The same template, whatever the order of its fields: `kubectl rollout undo` brings one back in another. */
function isOfTemplate(set: ApiObject, template: Fields): boolean {
  const { labels, ...metadata } = mapAt(set, "spec", "template", "metadata");
  const { [HASH]: _hash, ...own } = mapAt({ labels }, "labels");
  const there = { metadata: { ...metadata, labels: own }, spec: mapAt(set, "spec", "template", "spec") };
  return sameJson(there, {
    metadata: { ...mapAt(template, "metadata"), labels: mapAt(template, "metadata", "labels") },
    spec: mapAt(template, "spec"),
  });
}

function currentSet(deployment: ApiObject, context: ReconcileContext): ApiObject | undefined {
  const { client } = context;
  const template = mapAt(deployment, "spec", "template");
  const hash = contentHash(template as Json);
  const { name, namespace } = deployment.metadata;
  const known =
    client.get("apps/v1", "ReplicaSet", namespace, `${name}-${hash}`) ??
    setsOf(deployment, client).find((set) => isOfTemplate(set, template));
  const revisionOf = (set: ApiObject): number => Number(annotationsOf(set)[REVISION] ?? 0);
  const latest = Math.max(0, ...setsOf(deployment, client).map(revisionOf));
  // A template that comes back (`kubectl rollout undo`) is the newest revision again.
  const revision = String(known && revisionOf(known) === latest ? latest : latest + 1);
  if (known && revisionOf(known) !== latest) {
    client.patch(deployment, { metadata: { annotations: { [REVISION]: revision } } });
    return client.patch(known, { metadata: { annotations: { [REVISION]: revision } } });
  }
  if (known) return known;
  if (mapAt(deployment, "spec").paused === true && latest > 0)
    return setsOf(deployment, client).find((set) => revisionOf(set) === latest);
  client.patch(deployment, { metadata: { annotations: { [REVISION]: revision } } });
  const labels = { ...(mapAt(template, "metadata").labels as Strings | undefined), [HASH]: hash };
  const made = client.create({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      namespace: namespace ?? "default",
      labels,
      annotations: {
        [REVISION]: revision,
        "deployment.kubernetes.io/desired-replicas": String(numberAt(deployment, "spec", "replicas") ?? 1),
      },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: numberAt(deployment, "spec", "replicas") ?? 1,
      selector: { matchLabels: { ...mapAt(deployment, "spec", "selector", "matchLabels"), [HASH]: hash } },
      template: { metadata: { ...mapAt(template, "metadata"), labels }, spec: mapAt(template, "spec") },
    },
  });
  const message = `Scaled up replica set ${name}-${hash} from 0 to ${numberAt(deployment, "spec", "replicas") ?? 1}`;
  if (made) report(deployment, context, { reason: "ScalingReplicaSet", message, component: COMPONENT });
  return made;
}

/** @returns why pods are missing, if the API server refuses them */
function fill(set: ApiObject, desired: number, context: ReconcileContext): string | undefined {
  const { client, world } = context;
  const pods = podsOf(client, set);
  for (let missing = desired - pods.length; missing > 0; missing--) {
    const name = `${set.metadata.name}-${randomSuffix(world, `${set.metadata.uid}/${missing}`)}`;
    const refusal = makePod(
      set,
      podOf(set, mapAt(set, "spec", "template"), name, {}),
      SET_COMPONENT,
      context,
    );
    if (refusal !== undefined) return refusal;
  }
  // The unready go first. @see ReplicaSet's `ActivePodsWithRanks`
  const leaving = pods
    .sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
    .slice(0, Math.max(0, pods.length - desired));
  for (const pod of leaving) dropPod(set, pod, SET_COMPONENT, context);
  return undefined;
}

function scale(deployment: ApiObject, set: ApiObject, to: number, context: ReconcileContext): void {
  const from = numberAt(set, "spec", "replicas") ?? 0;
  if (from === to) return;
  context.client.patch(set, { spec: { replicas: to } });
  const message = `Scaled ${to > from ? "up" : "down"} replica set ${set.metadata.name} from ${from} to ${to}`;
  report(deployment, context, { reason: "ScalingReplicaSet", message, component: COMPONENT });
}

function empty(deployment: ApiObject, set: ApiObject, context: ReconcileContext): void {
  scale(deployment, set, 0, context);
  fill(set, 0, context);
}

/** @see `ReplicaSetReplicaFailure`; a Deployment repeats it */
const failure = (refusal: string): Condition => ({
  type: "ReplicaFailure",
  status: "True",
  reason: "FailedCreate",
  message: refusal,
});

function writeSetStatus(
  named: ApiObject,
  refusal: string | undefined,
  { client, now }: ReconcileContext,
): void {
  const set = client.get("apps/v1", "ReplicaSet", named.metadata.namespace, named.metadata.name);
  if (!set) return;
  const pods = podsOf(client, set);
  const ready = pods.filter(isReady).length;
  const status: Fields = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    ...(refusal === undefined ? {} : { conditions: withConditions(set, now, failure(refusal)) }),
  };
  const isOver = refusal === undefined && mapAt(set, "status").conditions !== undefined;
  if (isOver) client.patch(set, { status: { ...status, conditions: null } }, "status");
  else if (JSON.stringify(mapAt(set, "status")) !== JSON.stringify(status))
    client.patch(set, { status }, "status");
}

function writeStatus(
  named: ApiObject,
  current: ApiObject,
  { desired, refusal }: { desired: number; refusal: string | undefined },
  context: ReconcileContext,
): void {
  const { client, now } = context;
  const deployment = client.get("apps/v1", "Deployment", named.metadata.namespace, named.metadata.name);
  if (!deployment) return;
  const updated = podsOf(client, current);
  const pods = setsOf(deployment, client).flatMap((set) => podsOf(client, set));
  const ready = pods.filter(isReady).length;
  const complete = updated.length === desired && pods.length === desired && ready === desired;
  const counts = {
    replicas: pods.length || null,
    updatedReplicas: updated.length || null,
    readyReplicas: ready || null,
    availableReplicas: ready || null,
    unavailableReplicas: Math.max(0, desired - ready) || null,
  };
  const conditions = conditionsOf(deployment, current, { complete, ready, desired }, context);
  if (refusal !== undefined) conditions.push(stamped(deployment, failure(refusal), now));
  const status = { observedGeneration: deployment.metadata.generation ?? 1, ...counts, conditions };
  const before = mapAt(deployment, "status");
  const same = Object.entries(status).every(
    ([key, value]) => JSON.stringify(before[key] ?? null) === JSON.stringify(value),
  );
  if (!same) client.patch(deployment, { status: status as unknown as Fields }, "status");
  const deadline = progressDeadline(deployment, now);
  if (!complete && deadline > now) context.after((deadline - now) / context.options.latencyScale);
}
