import type { KubernetesObject } from "../kubernetes/contract.ts";
import type { Json } from "../world/world.ts";
import { applyChange } from "./apply-change.ts";
import type { Chart, RecordedObject, Switch } from "./chart.ts";
import { manifestOf } from "./manifest.ts";
import { ChartRefusedError, matchingSwitches } from "./matching-switches.ts";
import { renamed } from "./rename-release.ts";
import { shapeByValues } from "./shape-by-values.ts";
import { isMap, type Values, valueAt } from "./values.ts";

export interface RenderOptions {
  readonly releaseName: string;
  readonly namespace: string;
  /** What the user gives, without the chart's defaults. */
  readonly values: Values;
  /** `group/version` and `group/version/Kind` that the cluster serves beyond Kubernetes' own. */
  readonly apiVersions?: ReadonlySet<string>;
}

/**
 * The objects that Helm would make of a chart and values, hooks included (they carry `helm.sh/hook`), in Helm's order.
 * Made from the recorded inventory, the recorded switches that the values turn, and what each chart's values
 * say about the objects that somebody looks at; other values change nothing here, as most of them change only
 * arguments and texts.
 * @throws ChartRefusedError if the chart does not render with these values
 */
export function renderChart(chart: Chart, options: RenderOptions): KubernetesObject[] {
  const values = asRecordedFor(chart, options.values);
  const manifests = new Map<string, KubernetesObject>();
  const labels = {
    "helm.sh/chart": `${chart.chart}-${chart.version}`,
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/instance": chart.release.name,
  };
  for (const recorded of chart.objects)
    manifests.set(referenceOf(recorded), manifestOf(structuredClone(recorded), labels));
  for (const one of matchingSwitches(chart, values, options.apiVersions ?? new Set()))
    turn(manifests, one, labels);
  const shaped = shapeByValues([...manifests.values()].map(complete), values, chart);
  const objects = [...shaped, ...extraObjects(values, chart)];
  return renamed(objects, chart.release, { name: options.releaseName, namespace: options.namespace });
}

/** Whole manifests that many charts take in their values, under one of three names. */
function extraObjects(values: Values, chart: Chart): KubernetesObject[] {
  const { extraObjects: extra, extraManifests, extraDeploy } = values;
  return [extra, extraManifests, extraDeploy]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isMap)
    .map((manifest) => {
      const metadata = isMap(manifest.metadata) ? manifest.metadata : {};
      const isClusterWide = metadata.namespace === undefined && CLUSTER_WIDE.has(String(manifest.kind));
      const namespace = isClusterWide ? {} : { namespace: metadata.namespace ?? chart.release.namespace };
      return complete({
        ...manifest,
        metadata: { ...namespace, ...metadata },
      } as unknown as KubernetesObject);
    });
}

/** Kinds that live outside namespaces, of those that somebody adds to a release. */
const CLUSTER_WIDE = new Set([
  "ClusterIssuer",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterSecretStore",
  "GatewayClass",
  "Namespace",
  "PriorityClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
]);

/** Names of the definitions that stand in the chart's `crds` folder: installed once, never upgraded or deleted. */
export const definitionsInFolder = (chart: Chart): ReadonlySet<string> =>
  new Set(chart.objects.filter((object) => object.from === "crds").map((object) => object.name));

/**
 * The inventory of some charts starts from settings without which they do not render, or render less.
 * Left out by the user, they count as taken away.
 */
function asRecordedFor(chart: Chart, values: Values): Values {
  const missing = Object.keys(chart.renderedWith).filter((path) => valueAt(values, path) === undefined);
  if (missing.length === 0) return values;
  const { withoutSettings } = chart;
  if (!withoutSettings.renders && missing.length === Object.keys(chart.renderedWith).length)
    throw new ChartRefusedError(withoutSettings.message ?? "the chart does not render without settings");
  const gone = Object.values(chart.switches).flatMap((one) =>
    Object.entries(one.set).filter(([path, value]) => value === null && missing.includes(path)),
  );
  return gone.reduce((all, [path]) => withNull(all, path), values);
}

function withNull(values: Values, path: string): Values {
  const [key, ...rest] = path.split(".");
  if (key === undefined) return values;
  const below = values[key];
  return { ...values, [key]: rest.length === 0 ? null : withNull(isMap(below) ? below : {}, rest.join(".")) };
}

const referenceOf = (object: { kind: string; name: string; namespace?: Json }): string =>
  typeof object.namespace === "string"
    ? `${object.kind} ${object.namespace}/${object.name}`
    : `${object.kind} ${object.name}`;

function turn(manifests: Map<string, KubernetesObject>, one: Switch, labels: Record<string, string>): void {
  for (const reference of one.removed ?? []) manifests.delete(reference);
  for (const recorded of one.added ?? []) {
    const copy = structuredClone(recorded) as RecordedObject;
    manifests.set(referenceOf(copy), manifestOf(copy, labels));
  }
  for (const [reference, changes] of Object.entries(one.changed ?? {})) {
    const manifest = manifests.get(reference);
    if (!manifest || typeof changes === "string") continue;
    for (const [path, change] of Object.entries(changes))
      applyChange(manifest as Values, ofKind(manifest.kind, path), structuredClone(change));
  }
}

/** Fields of definitions are recorded without the `spec` that holds them. */
const ofKind = (kind: string, path: string): string =>
  kind === "CustomResourceDefinition" && path.startsWith("versions") ? `spec.${path}` : path;

/** Without nulls, which Helm sends and the API server drops. */
function complete(manifest: KubernetesObject): KubernetesObject {
  return withoutNulls(manifest as Values) as KubernetesObject;
}
function withoutNulls(json: Json): Json {
  if (Array.isArray(json)) return json.map(withoutNulls);
  if (!isMap(json)) return json;
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [[key, withoutNulls(value)]],
    ),
  );
}
