import type { Chart } from "../../../charts/chart.ts";
import { definitionsInFolder } from "../../../charts/render-chart.ts";
import { mergeValues, type Values } from "../../../charts/values.ts";
import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { type ObjectReference, sleepUntilSettled } from "../../../kubernetes/controllers/dormancy.ts";
import type { Json } from "../../../world/world.ts";
import {
  type Attributes,
  type ProviderContext,
  ProviderError,
  type ResourceType,
  type Value,
} from "../../contract.ts";
import { HalfAppliedError } from "../../plugin/diagnostics.ts";
import { type Connection, connect, find } from "../kubernetes/connection.ts";
import {
  create as createObject,
  drop,
  isHook,
  lasting,
  owned,
  put,
  refuseForeign,
  runHooks,
} from "./release-objects.ts";
import { DEFAULTS, planRelease } from "./release-plan.ts";
import {
  chartOf,
  findRelease,
  forgetRelease,
  type ReleaseRecord,
  storeRelease,
  supersede,
} from "./release-record.ts";
import { releaseValues } from "./release-values.ts";
import { chartOfRelease, checkValues, renderRelease } from "./render-release.ts";
import { installLasts, neverReady, uninstallLasts } from "./rollout.ts";

function connection(context: ProviderContext): Connection {
  const settings = context.configuration.kubernetes;
  const host =
    typeof settings === "object" && settings !== null && !Array.isArray(settings) ? settings.host : undefined;
  return connect(context, host as Json | undefined);
}

function metadataOf(record: ReleaseRecord): Value {
  return {
    app_version: record.chart.appVersion,
    chart: record.chart.name,
    first_deployed: Math.floor(record.firstDeployed / 1000),
    last_deployed: Math.floor(record.lastDeployed / 1000),
    name: record.name,
    namespace: record.namespace,
    notes: "",
    revision: record.revision,
    values: JSON.stringify(record.values),
    version: record.chart.version,
  };
}

const stateOf = (release: Attributes, record: ReleaseRecord): Attributes => ({
  ...release,
  id: record.name,
  manifest: null,
  resources: null,
  description: typeof release.description === "string" ? release.description : null,
  status: record.status,
  version: record.chart.version,
  metadata: metadataOf(record),
});

function prepareNamespace(release: Attributes, server: Connection): void {
  const namespace: KubernetesObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: String(release.namespace) },
  };
  if (find(server, namespace)) return;
  if (release.create_namespace !== true)
    throw new ProviderError(`create: failed to create: namespaces "${String(release.namespace)}" not found`);
  createObject(server, {
    ...namespace,
    metadata: { ...namespace.metadata, labels: { name: String(release.namespace) } },
  });
}

interface Rendered {
  readonly chart: Chart;
  readonly values: Values;
  /** What stays in the cluster; definitions of the `crds` folder apart. */
  readonly objects: KubernetesObject[];
  readonly definitions: KubernetesObject[];
  readonly all: KubernetesObject[];
}

function render(release: Attributes, server: Connection, before: Values): Rendered {
  const chart = chartOfRelease(release);
  const given = releaseValues(release);
  const values = release.reuse_values === true ? mergeValues(before, given) : given;
  checkValues(chart, values);
  const all = renderRelease(release, chart, values, server);
  const inFolder = definitionsInFolder(chart);
  const identity = { name: String(release.name), namespace: String(release.namespace) };
  const fromFolder = (object: KubernetesObject): boolean =>
    object.kind === "CustomResourceDefinition" && inFolder.has(object.metadata.name);
  return {
    chart,
    values,
    all,
    definitions: release.skip_crds === true ? [] : all.filter(fromFolder),
    objects: lasting(all.filter((object) => !fromFolder(object))).map((object) => owned(object, identity)),
  };
}

/** Adds to the journal, and fails as Helm does when it has waited in vain; the release is stored either way. */
function finish(
  release: Attributes,
  rendered: Rendered,
  touched: readonly ObjectReference[],
  record: Omit<ReleaseRecord, "status">,
  action: "create" | "update",
  context: ProviderContext,
  server: Connection,
): Attributes {
  const waits = release.wait !== false;
  const stuck = waits ? neverReady(context.world, server.cluster, rendered.objects) : undefined;
  const stored: ReleaseRecord = { ...record, status: stuck ? "failed" : "deployed" };
  storeRelease(server, stored);
  const lastsMilliseconds = stuck
    ? Number(release.timeout) * 1000
    : installLasts(rendered.chart.chart, rendered.values, waits);
  context.record({
    action,
    type: "helm_release",
    id: record.name,
    lastsMilliseconds,
    settle: sleepUntilSettled(context.world, touched),
  });
  const state = stateOf(release, stored);
  if (!stuck) return state;
  const { kind, metadata } = stuck;
  throw new HalfAppliedError(
    `context deadline exceeded\nHelm release "${record.name}" was ${action}d but has a failed status: ${kind} ${metadata.namespace ?? ""}/${metadata.name} is not ready. Use the \`helm\` command to investigate the error, correct it, then run Terraform again.`,
    state,
  );
}

const reference = (
  server: Connection,
  { apiVersion, kind, metadata }: KubernetesObject,
): ObjectReference => ({
  cluster: server.cluster,
  apiVersion,
  kind,
  namespace: metadata.namespace,
  name: metadata.name,
});

function install(planned: Attributes, context: ProviderContext): Attributes {
  const server = connection(context);
  const [name, namespace] = [String(planned.name), String(planned.namespace)];
  if (findRelease(server, name, namespace) && planned.upgrade_install !== true && planned.replace !== true)
    throw new ProviderError("cannot re-use a name that is still in use");
  const rendered = render(planned, server, {});
  if (planned.take_ownership !== true) refuseForeign(server, rendered.objects, { name, namespace });
  prepareNamespace(planned, server);
  for (const definition of rendered.definitions)
    if (!find(server, definition)) createObject(server, definition);
  runHooks(server, context.world, rendered.all);
  const made = rendered.objects.map((object) => put(server, undefined, object));
  const now = context.world.clock.now();
  const { values, objects } = rendered;
  const record = {
    name,
    namespace,
    revision: 1,
    chart: chartOf(rendered.chart),
    values,
    firstDeployed: now,
    lastDeployed: now,
    objects,
  };
  const touched = [...rendered.definitions, ...made].map((object) => reference(server, object));
  return finish(planned, rendered, touched, record, "create", context, server);
}

const same = (a: KubernetesObject, b: KubernetesObject): boolean =>
  a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;

function upgrade(planned: Attributes, context: ProviderContext): Attributes {
  const server = connection(context);
  const [name, namespace] = [String(planned.name), String(planned.namespace)];
  const previous = findRelease(server, name, namespace);
  if (!previous) throw new ProviderError(`"${name}" has no deployed releases`);
  const rendered = render(planned, server, previous.values);
  runHooks(server, context.world, rendered.all);
  for (const object of rendered.objects)
    put(
      server,
      previous.objects.find((old) => same(old, object)),
      object,
    );
  for (const old of previous.objects)
    if (!isHook(old) && !rendered.objects.some((object) => same(old, object))) drop(server, old);
  supersede(server, previous);
  const record = {
    ...previous,
    revision: previous.revision + 1,
    chart: chartOf(rendered.chart),
    values: rendered.values,
    lastDeployed: context.world.clock.now(),
    objects: rendered.objects,
  };
  // What an upgrade changes is already awake; putting it back to sleep would hide a running workload.
  return finish(planned, rendered, [], record, "update", context, server);
}

export const helmRelease: ResourceType = {
  type: "helm_release",
  forcesReplacement: ["name", "namespace"],
  defaults: DEFAULTS,
  changesOnUpdate: ["metadata"],
  plan: planRelease,
  create: install,
  update: (planned, _prior, context) => upgrade(planned, context),
  read(state, context) {
    const record = findRelease(connection(context), String(state.name), String(state.namespace));
    return record
      ? { ...state, status: record.status, version: record.chart.version, metadata: metadataOf(record) }
      : null;
  },
  delete(state, context) {
    const server = connection(context);
    const [name, namespace] = [String(state.name), String(state.namespace)];
    const record = findRelease(server, name, namespace);
    // Uninstalled in the reverse of the order in which it was installed.
    for (const object of [...(record?.objects ?? [])].reverse()) if (!isHook(object)) drop(server, object);
    forgetRelease(server, name, namespace);
    context.record({
      action: "delete",
      type: "helm_release",
      id: name,
      lastsMilliseconds: uninstallLasts(record?.chart.name ?? String(state.chart)),
    });
  },
  import: (id) => ({ id, namespace: id.split("/")[0] ?? "default", name: id.split("/")[1] ?? id }),
};
