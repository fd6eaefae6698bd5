import type { Chart } from "../../../charts/chart.ts";
import { ChartNotFoundError, findChart } from "../../../charts/find-chart.ts";
import { ChartRefusedError } from "../../../charts/matching-switches.ts";
import { renderChart } from "../../../charts/render-chart.ts";
import type { Values } from "../../../charts/values.ts";
import { schemaErrors } from "../../../charts/values-schema.ts";
import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { type Attributes, ProviderError, UNKNOWN, type Value } from "../../contract.ts";
import type { Connection } from "../kubernetes/connection.ts";

const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** The chart that a release names. @throws ProviderError saying which charts, versions and repositories there are */
export function chartOfRelease(release: Attributes): Chart {
  try {
    return findChart({
      chart: String(release.chart),
      repository: text(release.repository),
      version: release.version === UNKNOWN ? undefined : text(release.version),
    });
  } catch (error) {
    if (error instanceof ChartNotFoundError)
      throw new ProviderError(`could not download chart: ${error.message}`);
    throw error;
  }
}

/** @throws ProviderError in Helm's words if the chart's own schema forbids the values */
export function checkValues(chart: Chart, values: Values): void {
  const errors = schemaErrors(chart, values);
  if (errors.length > 0)
    throw new ProviderError(
      `values don't meet the specifications of the schema(s) in the following chart(s):\n${chart.chart}:\n${errors.map((error) => `- ${error}`).join("\n")}`,
    );
}

/** Which of the APIs that make a difference to this chart the cluster serves. */
function served(chart: Chart, connection: Connection): ReadonlySet<string> {
  const asked = new Set(Object.values(chart.switches).flatMap((one) => one.apiVersions ?? []));
  const known = [...asked].filter((api) => {
    const [group, version, kind] = api.split("/");
    return kind !== undefined && connection.resource(`${group}/${version}`, kind) !== undefined;
  });
  return new Set(known.flatMap((api) => [api, api.split("/").slice(0, 2).join("/")]));
}

/** Everything that the release makes of its chart, hooks included. */
export function renderRelease(
  release: Attributes,
  chart: Chart,
  values: Values,
  connection: Connection,
): KubernetesObject[] {
  try {
    return renderChart(chart, {
      releaseName: String(release.name),
      namespace: String(release.namespace),
      values,
      apiVersions: served(chart, connection),
    });
  } catch (error) {
    if (error instanceof ChartRefusedError) throw new ProviderError(error.message);
    throw error;
  }
}
