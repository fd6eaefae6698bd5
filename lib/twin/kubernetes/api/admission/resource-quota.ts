import type { ApiObject } from "../api-object.ts";
import type { ClusterState } from "../cluster-state.ts";
import { type JsonObject, listAt, objectAt, objectsAt } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { quantityOf } from "../quantity.ts";
import { forbidden, qualified } from "../status.ts";
import { add, amountText, resourcesFor, type Usage, usageOf } from "./quota-usage.ts";

/** What the objects of a namespace take of the names of a quota. */
export function namespaceUsage(state: ClusterState, namespace: string, names: readonly string[]): Usage {
  let usage: Usage = {};
  for (const resource of resourcesFor(names)) {
    const kind = state.kinds.all().find((known) => !known.storedAs && qualified(known) === resource);
    for (const object of kind ? state.store.list(kind, namespace) : [])
      usage = add(usage, usageOf(resource, object));
  }
  return usage;
}

/** Quotas with scopes count some pods only; they are not modelled, and so count nothing. */
const isScoped = (quota: ApiObject): boolean =>
  listAt(quota, "spec", "scopes").length > 0 || objectAt(quota, "spec", "scopeSelector") !== undefined;

/**
 * Throws Forbidden (403) if an object takes more than a quota of its namespace leaves, or does not say how much it
 * takes of what is limited.
 * @see k8s.io/apiserver/pkg/admission/plugin/resourcequota
 */
export function checkQuotas(
  state: ClusterState,
  kind: ResourceKind,
  object: ApiObject,
  before?: ApiObject,
): void {
  const { namespace, name } = object.metadata;
  if (namespace === undefined) return;
  const quotas = state.store.list(state.builtIn("", "resourcequotas"), namespace);
  if (quotas.length === 0) return;
  const resource = qualified(kind);
  const [now, old] = [usageOf(resource, object), before ? usageOf(resource, before) : {}];
  for (const quota of quotas.filter((each) => !isScoped(each))) {
    const hard = objectAt(quota, "spec", "hard") ?? {};
    const silent = resource === "pods" && !before ? unsaid(object, Object.keys(hard)) : [];
    if (silent.length > 0)
      throw forbidden(kind, name, `failed quota: ${quota.metadata.name}: must specify ${silent.join("; ")}`);
    const problem = exceeded(state, namespace, hard, { now, old });
    if (problem) throw forbidden(kind, name, `exceeded quota: ${quota.metadata.name}, ${problem}`);
  }
}

function exceeded(
  state: ClusterState,
  namespace: string,
  hard: JsonObject,
  { now, old }: { now: Usage; old: Usage },
): string | undefined {
  const more = Object.keys(hard).filter((name) => (now[name] ?? 0) > (old[name] ?? 0));
  if (more.length === 0) return undefined;
  const used = namespaceUsage(state, namespace, more);
  const added = (name: string): number => (now[name] ?? 0) - (old[name] ?? 0);
  // Sums of decimal fractions are not exact.
  const over = more.filter((name) => (used[name] ?? 0) + added(name) > quantityOf(hard[name]) + 1e-9).sort();
  if (over.length === 0) return undefined;
  const list = (amount: (name: string) => string): string =>
    over.map((name) => `${name}=${amount(name)}`).join(",");
  const requested = list((name) => amountText(name, added(name)));
  const taken = list((name) => amountText(name, used[name] ?? 0));
  return `requested: ${requested}, used: ${taken}, limited: ${list((name) => String(hard[name]))}`;
}

/** Names of compute resources that are limited, with the containers that ask for none of them. */
function unsaid(pod: ApiObject, names: readonly string[]): string[] {
  return [...names].sort().flatMap((name) => {
    const [, field, resource] = /^(requests|limits)\.(cpu|memory)$/.exec(name) ?? [];
    const containers =
      field === undefined || resource === undefined
        ? []
        : ["initContainers", "containers"]
            .flatMap((list) => objectsAt(pod, "spec", list))
            .filter((container) => objectAt(container, "resources", field)?.[resource] === undefined)
            .map((container) => String(container.name));
    return containers.length > 0 ? [`${name} for: ${[...new Set(containers)].sort().join(",")}`] : [];
  });
}
