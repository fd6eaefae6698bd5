import type { Json } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesResponse } from "../../contract.ts";
import { type ApiObject, timestamp } from "../api-object.ts";
import { type JsonObject, objectsAt, textAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { representList, representObject } from "../representation.ts";
import { selection } from "../selectors.ts";
import { methodNotAllowed, notFound } from "../status.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import { type ContainerUsage, usageOfPod, usageText } from "./usage.ts";

const resource = (kind: string, plural: string, namespaced: boolean): ResourceKind => ({
  group: "metrics.k8s.io",
  version: "v1beta1",
  storageVersion: "v1beta1",
  plural,
  singular: "",
  kind,
  listKind: `${kind}List`,
  namespaced,
  shortNames: [],
  categories: [],
  subresources: [],
  counted: false,
  computed: true,
});

/** Served while the metrics server's APIService is available; computed when they are asked for. */
export const METRICS_KINDS: readonly ResourceKind[] = [
  resource("NodeMetrics", "nodes", false),
  resource("PodMetrics", "pods", true),
];

/** @see https://github.com/kubernetes/metrics/blob/master/pkg/apis/metrics/v1beta1/types.go */
export function answerMetrics(write: WriteRequest, request: KubernetesRequest): KubernetesResponse {
  if (request.method !== "GET") throw methodNotAllowed();
  const { state, kind, namespace, name, query } = write;
  const all = kind.plural === "pods" ? podMetrics(write, namespace) : nodeMetrics(write);
  const now = state.world.clock.now();
  if (name === undefined) {
    const items = all.filter(selection(kind, query));
    const metadata = { resourceVersion: String(state.store.revision) };
    return { status: 200, body: representList(kind, { items, metadata }, request, now) };
  }
  const one = all.find(({ metadata }) => metadata.name === name);
  if (!one) throw notFound(kind, name);
  return { status: 200, body: representObject(kind, one, request, now) };
}

function measured(write: WriteRequest, of: ApiObject, content: JsonObject): ApiObject {
  const at = timestamp(write.state.world.clock.now());
  const { name, namespace, labels } = of.metadata;
  return {
    apiVersion: "metrics.k8s.io/v1beta1",
    kind: write.kind.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      creationTimestamp: at,
    } as ApiObject["metadata"],
    timestamp: at,
    window: "15s",
    ...content,
  };
}

const podsOf = ({ state }: WriteRequest, namespace?: string): ApiObject[] =>
  state.store.list(state.builtIn("", "pods"), namespace);

function podMetrics(write: WriteRequest, namespace: string | undefined): ApiObject[] {
  return podsOf(write, namespace).flatMap((pod) => {
    const usage = usageOfPod(write.state.world, pod);
    const containers = usage.map((each): Json => ({ name: each.name, usage: usageText(each) }));
    return usage.length > 0 ? [measured(write, pod, { containers })] : [];
  });
}

/** Besides its pods, the machine itself (estimate). */
const OF_THE_NODE: ContainerUsage = { name: "", cpu: 0.05, memory: 400 * 2 ** 20 };

function nodeMetrics(write: WriteRequest): ApiObject[] {
  const { state } = write;
  const pods = podsOf(write);
  return state.store
    .list(state.builtIn("", "nodes"))
    .filter((node) => objectsAt(node, "status", "conditions").some(isReady))
    .map((node) => {
      const own = pods.filter((pod) => textAt(pod, "spec", "nodeName") === node.metadata.name);
      const usage = own.flatMap((pod) => usageOfPod(state.world, pod));
      const total = [OF_THE_NODE, ...usage].reduce(
        (sum, each) => ({ cpu: sum.cpu + each.cpu, memory: sum.memory + each.memory }),
        { cpu: 0, memory: 0 },
      );
      return measured(write, node, { usage: usageText(total) });
    });
}

const isReady = ({ type, status }: JsonObject): boolean => type === "Ready" && status === "True";
