import { parse } from "yaml";
import { ChartNotFoundError, findChart } from "../../../charts/find-chart.ts";
import { ChartRefusedError } from "../../../charts/matching-switches.ts";
import { renderChart } from "../../../charts/render-chart.ts";
import { withSet } from "../../../charts/set-path.ts";
import { mergeValues, type Values } from "../../../charts/values.ts";
import type { ApiObject } from "../../api/api-object.ts";
import { type Fields, isFields, mapAt, mapsAt, textAt } from "../engine/fields.ts";

export type Desired = { objects: Fields[] } | { problem: string };

/** Argo CD's mark of what belongs to an application: `<app>:<group>/<kind>:<namespace>/<name>`. @see its docs, resource tracking */
export const TRACKING = "argocd.argoproj.io/tracking-id";

/** What an Application wants to be in the cluster: its chart, rendered with its values. */
export function desiredOf(application: ApiObject): Desired {
  const source = mapAt(application, "spec", "source");
  try {
    const chart = findChart({
      chart: textAt(source, "chart"),
      repository: textAt(source, "repoURL"),
      version: textAt(source, "targetRevision"),
    });
    const namespace = textAt(application, "spec", "destination", "namespace");
    const releaseName = textAt(source, "helm", "releaseName") || application.metadata.name;
    const rendered = renderChart(chart, {
      releaseName,
      namespace,
      values: valuesOf(source),
    }) as unknown as Fields[];
    return {
      objects: rendered
        .filter((object) => !("helm.sh/hook" in mapAt(object, "metadata", "annotations")))
        .map((object) => tracked(object, application.metadata.name)),
    };
  } catch (error) {
    if (error instanceof ChartNotFoundError || error instanceof ChartRefusedError)
      return {
        problem: `Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = ${error.message}`,
      };
    throw error;
  }
}

function valuesOf(source: Fields): Values {
  const helm = mapAt(source, "helm");
  const text: unknown = textAt(helm, "values") === "" ? {} : parse(textAt(helm, "values"));
  let values = mergeValues(isFields(text) ? text : {}, mapAt(helm, "valuesObject"));
  for (const { name, value } of mapsAt(helm, "parameters"))
    values = withSet(values, String(name), value ?? "");
  return values;
}

function tracked(object: Fields, application: string): Fields {
  const metadata = mapAt(object, "metadata");
  const apiVersion = String(object.apiVersion);
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const id = `${application}:${group}/${String(object.kind)}:${String(metadata.namespace)}/${String(metadata.name)}`;
  // Argo CD applies manifests, it installs no release: nothing says "managed by Helm" but the chart's own labels.
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...mapAt(metadata, "annotations"), [TRACKING]: id } },
  };
}

/** Does the live object still say all that the wanted one says? */
export function agrees(wanted: unknown, live: unknown): boolean {
  if (isFields(wanted))
    return isFields(live) && Object.entries(wanted).every(([key, value]) => agrees(value, live[key]));
  if (Array.isArray(wanted))
    return (
      (Array.isArray(live) &&
        wanted.length === live.length &&
        wanted.every((item, index) => agrees(item, live[index]))) ||
      (wanted.length === 0 && live === undefined)
    );
  return wanted === live;
}
