import { parseAllDocuments } from "yaml";
import { type PlannedResource, valueAt } from "../planned-layer.ts";
import type { PlacedResource, Platform } from "./platform.ts";

export type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const ofType = (platform: Platform, type: string): PlacedResource[] =>
  platform.filter((resource) => resource.type === type);

/** The values that a release gives its chart, later documents over earlier ones at the first level. */
export const chartValues = (release: PlannedResource): Members =>
  Object.assign(
    {},
    ...[release.values.values ?? []]
      .flat()
      .flatMap((text) => parseAllDocuments(String(text)).map((document) => document.toJS() as unknown)),
  ) as Members;

/** What stands at a path of plain data. */
export const at = (data: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], data);

export const release = (platform: Platform, chart: string): PlacedResource | undefined =>
  ofType(platform, "helm_release").find(({ values }) => values.chart === chart);

/** What a resource hands to Kubernetes as plain data: chart values, a manifest, or its own attributes. */
export function handedOver(resource: PlacedResource): unknown {
  if (resource.type === "helm_release") return chartValues(resource);
  if (resource.type === "kubernetes_manifest") return manifestOf(resource);
  return resource.values;
}

/** A manifest as given; in a state it stands beside its type. */
export function manifestOf(resource: PlannedResource): Members {
  const manifest = resource.values.manifest;
  const inner = isMembers(manifest) && isMembers(manifest.value) ? manifest.value : manifest;
  return isMembers(inner) ? inner : {};
}

/** Every text and number of plain data with the names that lead to it. */
export function leaves(data: unknown, path: readonly string[] = []): [path: string[], value: unknown][] {
  if (Array.isArray(data)) return data.flatMap((item, index) => leaves(item, [...path, String(index)]));
  if (isMembers(data)) return Object.entries(data).flatMap(([key, value]) => leaves(value, [...path, key]));
  return [[[...path], data]];
}

/** The namespace that a release or an object of Kubernetes is in; nothing for one that is in none. */
export function namespaceOf(resource: PlacedResource): string | undefined {
  const namespace =
    resource.type === "helm_release"
      ? resource.values.namespace
      : resource.type === "kubernetes_manifest"
        ? at(manifestOf(resource), "metadata", "namespace")
        : valueAt(resource, "metadata", 0, "namespace");
  return typeof namespace === "string" ? namespace : undefined;
}
