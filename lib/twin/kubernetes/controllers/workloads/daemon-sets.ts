import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, matches, textAt } from "../engine/fields.ts";
import { contentHash, randomSuffix } from "../engine/names.ts";
import { makePod } from "./make-pod.ts";
import { controllerOf, isReady, podOf, podsOf } from "./pod-template.ts";

const REVISION = "controller-revision-hash";
const COMPONENT = "daemonset-controller";

/** One pod on each node that the template's node selector fits. */
export const daemonSets: Controller = {
  name: "daemon-sets",
  watches: {
    DaemonSet: "self",
    Node: (_change, client) => client.list("apps/v1", "DaemonSet").map((set) => client.referenceOf(set)),
    Pod: (change, client) => {
      const pod = client.get("v1", "Pod", change.namespace ?? undefined, change.name);
      const name = controllerOf(pod, "DaemonSet")?.name ?? change.name.replace(/-[^-]+$/, "");
      const set = client.get("apps/v1", "DaemonSet", change.namespace ?? undefined, name);
      return set ? [client.referenceOf(set)] : [];
    },
  },
  reconcile(set, context) {
    if (set.metadata.deletionTimestamp) return;
    const nodes = nodesFor(set, context);
    const revision = contentHash(mapAt(set, "spec", "template") as Json);
    place(set, nodes, revision, context);
    replaceOne(set, revision, context);
    writeStatus(set, nodes, revision, context);
  },
};

function nodesFor(set: ApiObject, { client }: ReconcileContext): ApiObject[] {
  const selector = mapAt(set, "spec", "template", "spec", "nodeSelector");
  const all = client.list("v1", "Node");
  return Object.keys(selector).length === 0
    ? all
    : all.filter((node) => matches(node.metadata.labels, selector));
}

const nodeOf = (pod: ApiObject): string => textAt(pod, "spec", "nodeName");

function place(set: ApiObject, nodes: ApiObject[], revision: string, context: ReconcileContext): void {
  const { client, world } = context;
  const pods = podsOf(client, set);
  for (const pod of pods) if (!nodes.some((node) => node.metadata.name === nodeOf(pod))) client.delete(pod);
  for (const node of nodes) {
    if (pods.some((pod) => nodeOf(pod) === node.metadata.name)) continue;
    const labels = { [REVISION]: revision, "pod-template-generation": "1" };
    const name = `${set.metadata.name}-${randomSuffix(world, `${set.metadata.uid}/${node.metadata.name}`)}`;
    const spec = { nodeName: node.metadata.name };
    makePod(set, podOf(set, mapAt(set, "spec", "template"), name, labels, spec), COMPONENT, context);
  }
}

/** One node after the other, as `maxUnavailable: 1` has it. */
function replaceOne(set: ApiObject, revision: string, { client }: ReconcileContext): void {
  if (textAt(set, "spec", "updateStrategy", "type") === "OnDelete") return;
  const pods = podsOf(client, set);
  const outdated = pods.find((pod) => pod.metadata.labels?.[REVISION] !== revision);
  if (outdated && pods.every((pod) => isReady(pod) || pod === outdated)) client.delete(outdated);
}

function writeStatus(
  set: ApiObject,
  nodes: ApiObject[],
  revision: string,
  { client }: ReconcileContext,
): void {
  const pods = podsOf(client, set);
  const ready = pods.filter(isReady).length;
  const desired = nodes.length;
  const status: Fields = {
    observedGeneration: set.metadata.generation ?? 1,
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: desired,
    updatedNumberScheduled: pods.filter((pod) => pod.metadata.labels?.[REVISION] === revision).length,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
  };
  const unavailable = desired - ready > 0 ? desired - ready : null;
  const live = mapAt(set, "status");
  const same =
    Object.entries(status).every(([key, value]) => live[key] === value) &&
    (live.numberUnavailable ?? null) === unavailable;
  if (!same) client.patch(set, { status: { ...status, numberUnavailable: unavailable } }, "status");
}
