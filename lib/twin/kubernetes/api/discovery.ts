import type { Json } from "../../world/world.ts";
import { apiVersionOf, type ResourceKind } from "./kinds/resource-kind.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

export const SUBRESOURCE_VERBS: Readonly<
  Record<string, { verbs: string[]; kind?: string; group?: string; version?: string }>
> = {
  status: { verbs: ["get", "patch", "update"] },
  scale: { verbs: ["get", "patch", "update"], kind: "Scale", group: "autoscaling", version: "v1" },
  log: { verbs: ["get"] },
  finalize: { verbs: ["update"] },
  eviction: { verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
  binding: { verbs: ["create"], kind: "Binding" },
  token: { verbs: ["create"], kind: "TokenRequest", group: "authentication.k8s.io", version: "v1" },
  exec: { verbs: ["create", "get"], kind: "PodExecOptions", version: "v1" },
  attach: { verbs: ["create", "get"], kind: "PodAttachOptions", version: "v1" },
  portforward: { verbs: ["create", "get"], kind: "PodPortForwardOptions", version: "v1" },
  proxy: { verbs: ["create", "delete", "get", "patch", "update"], kind: "PodProxyOptions", version: "v1" },
};

export const verbsOf = (kind: ResourceKind): string[] => {
  if (kind.computed) return ["get", "list"];
  return kind.question ? ["create"] : VERBS;
};

/** `v1` before `v1beta1` before `v1alpha1`, newer first. @see apimachinery's version priority */
export function byPriority(a: string, b: string): number {
  const parts = (version: string): [number, number, number] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [-1, 0, 0];
    const stability = match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0;
    return [stability, Number(match[1]), Number(match[3] ?? 0)];
  };
  const [left, right] = [parts(a), parts(b)];
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2] || (a < b ? -1 : 1);
}

function groups(kinds: readonly ResourceKind[]): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const { group, version } of kinds) {
    if (group) found.set(group, (found.get(group) ?? new Set()).add(version));
  }
  return new Map([...found].map(([group, versions]) => [group, [...versions].sort(byPriority)]));
}

function groupOf(name: string, versions: string[]): Json {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] ?? null };
}

export function apiVersions(): Json {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "10.0.0.1:443" }],
  };
}

export function apiGroupList(kinds: readonly ResourceKind[]): Json {
  const list = [...groups(kinds)].map(([name, versions]) => groupOf(name, versions));
  return { kind: "APIGroupList", apiVersion: "v1", groups: list };
}

export function apiGroup(kinds: readonly ResourceKind[], name: string): Json | undefined {
  const versions = groups(kinds).get(name);
  if (!versions) return undefined;
  return { kind: "APIGroup", apiVersion: "v1", ...(groupOf(name, versions) as { [key: string]: Json }) };
}

/** The resources of one group version; undefined if it is not served. */
export function apiResourceList(
  kinds: readonly ResourceKind[],
  group: string,
  version: string,
): Json | undefined {
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (served.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: served.flatMap(resourcesOf),
  };
}

function resourcesOf(kind: ResourceKind): Json[] {
  const own = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length > 0 ? { shortNames: [...kind.shortNames] } : {}),
    ...(kind.categories.length > 0 ? { categories: [...kind.categories] } : {}),
  };
  const parts = kind.subresources.map((subresource) => ({
    name: `${kind.plural}/${subresource}`,
    singularName: "",
    namespaced: kind.namespaced,
    kind: kind.kind,
    ...(SUBRESOURCE_VERBS[subresource] ?? { verbs: ["get"] }),
  }));
  return [own, ...parts];
}
