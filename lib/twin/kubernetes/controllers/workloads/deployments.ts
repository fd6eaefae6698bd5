import type { Json } from "../../../world/world.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { type Condition, conditionOf } from "../engine/conditions.ts";
import type { Change, Controller, ReconcileContext } from "../engine/controller.ts";
import {
  annotationsOf,
  type Fields,
  isOwnedBy,
  mapAt,
  mapsAt,
  numberAt,
  ownerReference,
  type Strings,
} from "../engine/fields.ts";
import { contentHash, randomSuffix } from "../engine/names.ts";
import { isReady, podOf, podsOf } from "./pod-template.ts";

const HASH = "pod-template-hash";
const REVISION = "deployment.kubernetes.io/revision";

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
    if (numberAt(current, "spec", "replicas") !== desired)
      context.client.patch(current, { spec: { replicas: desired } });
    fill(current, desired, context);
    const ready = podsOf(context.client, current).filter(isReady).length;
    const old = oldSets(deployment, current, context.client);
    if (ready >= desired) for (const set of old) empty(set, context);
    for (const set of [current, ...old]) writeSetStatus(set, context);
    writeStatus(deployment, current, desired, context);
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

function currentSet(deployment: ApiObject, { client }: ReconcileContext): ApiObject | undefined {
  const template = mapAt(deployment, "spec", "template");
  const hash = contentHash(template as Json);
  const { name, namespace } = deployment.metadata;
  const known = client.get("apps/v1", "ReplicaSet", namespace, `${name}-${hash}`);
  if (known) return known;
  const revision = String(
    1 + Math.max(0, ...setsOf(deployment, client).map((set) => Number(annotationsOf(set)[REVISION] ?? 0))),
  );
  client.patch(deployment, { metadata: { annotations: { [REVISION]: revision } } });
  const labels = { ...(mapAt(template, "metadata").labels as Strings | undefined), [HASH]: hash };
  return client.create({
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
}

function fill(set: ApiObject, desired: number, { client, world }: ReconcileContext): void {
  const pods = podsOf(client, set);
  for (let missing = desired - pods.length; missing > 0; missing--)
    client.create(
      podOf(
        set,
        mapAt(set, "spec", "template"),
        `${set.metadata.name}-${randomSuffix(world, `${set.metadata.uid}/${missing}`)}`,
        {},
      ),
    );
  // The unready go first. @see ReplicaSet's `ActivePodsWithRanks`
  const leaving = pods
    .sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
    .slice(0, Math.max(0, pods.length - desired));
  for (const pod of leaving) client.delete(pod);
}

function empty(set: ApiObject, context: ReconcileContext): void {
  if (numberAt(set, "spec", "replicas") !== 0) context.client.patch(set, { spec: { replicas: 0 } });
  fill(set, 0, context);
}

function writeSetStatus(named: ApiObject, { client }: ReconcileContext): void {
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
  };
  if (JSON.stringify(mapAt(set, "status")) !== JSON.stringify(status))
    client.patch(set, { status }, "status");
}

function writeStatus(named: ApiObject, current: ApiObject, desired: number, context: ReconcileContext): void {
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
  const status = { observedGeneration: deployment.metadata.generation ?? 1, ...counts, conditions };
  const before = mapAt(deployment, "status");
  const same = Object.entries(status).every(
    ([key, value]) => JSON.stringify(before[key] ?? null) === JSON.stringify(value),
  );
  if (!same) client.patch(deployment, { status: status as unknown as Fields }, "status");
  const deadline = progressDeadline(deployment, now);
  if (!complete && deadline > now) context.after((deadline - now) / context.options.latencyScale);
}

/** Ten minutes by default, counted from the rollout's last progress. Timeouts are not latencies: they do not scale. */
function progressDeadline(deployment: ApiObject, now: number): number {
  const seconds = numberAt(deployment, "spec", "progressDeadlineSeconds") ?? 600;
  const since = Date.parse(String(conditionOf(deployment, "Progressing")?.lastUpdateTime ?? ""));
  return (Number.isNaN(since) ? now : since) + seconds * 1000;
}

/** @see k8s.io/kubernetes/pkg/controller/deployment/progress.go for reasons and words */
function conditionsOf(
  deployment: ApiObject,
  current: ApiObject,
  { complete, ready, desired }: { complete: boolean; ready: number; desired: number },
  context: ReconcileContext,
): Fields[] {
  const set = current.metadata.name;
  // A quarter may be missing while it rolls, by default; of one or two replicas none.
  const available = ready >= desired - Math.floor(desired / 4);
  const before = conditionOf(deployment, "Progressing");
  const late =
    !complete &&
    before?.reason === "ReplicaSetUpdated" &&
    String(before.message).includes(`"${set}"`) &&
    progressDeadline(deployment, context.now) <= context.now;
  const progressing: Condition = complete
    ? {
        type: "Progressing",
        status: "True",
        reason: "NewReplicaSetAvailable",
        message: `ReplicaSet "${set}" has successfully progressed.`,
      }
    : late
      ? {
          type: "Progressing",
          status: "False",
          reason: "ProgressDeadlineExceeded",
          message: `ReplicaSet "${set}" has timed out progressing.`,
        }
      : {
          type: "Progressing",
          status: "True",
          reason: "ReplicaSetUpdated",
          message: `ReplicaSet "${set}" is progressing.`,
        };
  const availability: Condition = available
    ? {
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      }
    : {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
  // Once complete, losing pods is no new rollout, and what timed out stays so until the template changes.
  const ended = before?.reason === "NewReplicaSetAvailable" || before?.reason === "ProgressDeadlineExceeded";
  const settled = !complete && ended && String(before.message).includes(`"${set}"`);
  return [availability, settled ? (before as unknown as Condition) : progressing].map((condition) =>
    stamped(deployment, condition, context.now),
  );
}

/** Deployments keep two times: of the last change of the status, and of the last change of anything. */
function stamped(deployment: ApiObject, condition: Condition, now: number): Fields {
  const old = mapsAt(deployment, "status", "conditions").find(({ type }) => type === condition.type);
  const at = timestamp(now);
  const sameStatus = old?.status === condition.status;
  const same = sameStatus && old.reason === condition.reason && old.message === condition.message;
  return {
    type: condition.type,
    status: condition.status,
    lastUpdateTime: same ? (old.lastUpdateTime ?? at) : at,
    lastTransitionTime: sameStatus ? (old.lastTransitionTime ?? at) : at,
    reason: condition.reason,
    message: condition.message,
  };
}
