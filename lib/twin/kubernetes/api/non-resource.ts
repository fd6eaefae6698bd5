import { type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import type { KubernetesResponse } from "../contract.ts";
import type { ClusterState } from "./cluster-state.ts";
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from "./discovery.ts";
import { aggregatedContentType, aggregatedDiscovery, aggregatedForm } from "./discovery-aggregated.ts";
import { openApiIndex, openApiOf, openApiV2 } from "./openapi.ts";
import { noSuchResource } from "./status.ts";

const HEALTH = /^\/(healthz|livez|readyz)(\/.*)?$/;

/** Answers a path that names no resource: discovery, version, health. */
export function answerNonResource(
  state: ClusterState,
  path: string,
  accept: string | undefined,
): KubernetesResponse {
  const form = aggregatedForm(accept);
  const document = /^\/(apis?)\/?$/.exec(path)?.[1];
  if (form === undefined || document === undefined) return { status: 200, body: documentAt(state, path) };
  return {
    status: 200,
    body: aggregatedDiscovery(state.kinds.all(), document === "api", form),
    contentType: aggregatedContentType(form),
  };
}

function documentAt(state: ClusterState, path: string): Json {
  if (HEALTH.test(path)) return "ok";
  const [first, ...rest] = path.split("/").filter(Boolean);
  switch (first) {
    case undefined:
      return { paths: ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/readyz", "/version"] };
    case "version":
      return versionOf(state);
    case "api":
      return discover(state, ["", ...rest]);
    case "apis":
      return rest.length === 0 ? apiGroupList(state.kinds.all()) : discover(state, rest);
    case "openapi":
      return openApi(state, rest);
    default:
      throw noSuchResource();
  }
}

function openApi({ kinds }: ClusterState, [version, ...rest]: string[]): Json {
  if (version === "v2" && rest.length === 0) return openApiV2(kinds.all(), "v1");
  if (version !== "v3") throw noSuchResource();
  return rest.length === 0 ? openApiIndex(kinds.all()) : found(openApiOf(kinds.all(), rest.join("/")));
}

function discover(state: ClusterState, [group = "", version, ...more]: string[]): Json {
  const kinds = state.kinds.all();
  if (more.length > 0) throw noSuchResource();
  if (version !== undefined) return found(apiResourceList(kinds, group, version));
  return found(group === "" ? apiVersions() : apiGroup(kinds, group));
}

function found(answer: Json | undefined): Json {
  if (answer === undefined) throw noSuchResource();
  return answer;
}

function versionOf({ world, name }: ClusterState): Json {
  const version = world.collection<ClusterRecord>(COLLECTIONS.clusters).get(name)?.version ?? "1.35";
  const [major = "1", minor = "35"] = version.split(".");
  return {
    major,
    minor,
    // EKS marks its builds; the patch release is one that it offered.
    gitVersion: `v${major}.${minor}.2-eks-0f1e2d3`,
    gitCommit: "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
    gitTreeState: "clean",
    buildDate: "2026-03-01T00:00:00Z",
    goVersion: "go1.25.6",
    compiler: "gc",
    platform: "linux/amd64",
  };
}
