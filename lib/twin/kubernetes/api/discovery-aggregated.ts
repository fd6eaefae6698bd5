import type { Json } from "../../world/world.ts";
import { byPriority, SUBRESOURCE_VERBS, verbsOf } from "./discovery.ts";
import type { ResourceKind } from "./kinds/resource-kind.ts";

/** What clients ask for that want all of discovery in one answer. */
const WANTED = /g=apidiscovery\.k8s\.io;\s*v=(v2(?:beta1)?);\s*as=APIGroupDiscoveryList/;

/** The form of aggregated discovery that an Accept header prefers; undefined: the old documents. */
export function aggregatedForm(accept: string | undefined): "v2" | "v2beta1" | undefined {
  const version = WANTED.exec(accept ?? "")?.[1];
  return version === "v2" || version === "v2beta1" ? version : undefined;
}

export const aggregatedContentType = (version: string): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

/**
 * All resources by group and version.
 * @param core the core group alone (`/api`), or all others (`/apis`)
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery
 */
export function aggregatedDiscovery(kinds: readonly ResourceKind[], core: boolean, version: string): Json {
  const served = kinds.filter(({ group }) => (group === "") === core);
  const groups = [...new Set(served.map(({ group }) => group))];
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) =>
      groupOf(
        group,
        served.filter((kind) => kind.group === group),
      ),
    ),
  };
}

function groupOf(group: string, kinds: readonly ResourceKind[]): Json {
  const versions = [...new Set(kinds.map(({ version }) => version))].sort(byPriority);
  return {
    metadata: { name: group },
    versions: versions.map((version) => ({
      version,
      freshness: "Current",
      resources: kinds.filter((kind) => kind.version === version).map(resourceOf),
    })),
  };
}

function resourceOf(kind: ResourceKind): Json {
  const { group, version } = kind;
  const subresources = kind.subresources.map((subresource) => {
    const own = SUBRESOURCE_VERBS[subresource];
    return {
      subresource,
      responseKind: {
        group: own?.group ?? (own?.kind ? "" : group),
        version: own?.version ?? version,
        kind: own?.kind ?? kind.kind,
      },
      verbs: own?.verbs ?? ["get"],
    };
  });
  return {
    resource: kind.plural,
    responseKind: { group, version, kind: kind.kind },
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length > 0 ? { shortNames: [...kind.shortNames] } : {}),
    ...(kind.categories.length > 0 ? { categories: [...kind.categories] } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
