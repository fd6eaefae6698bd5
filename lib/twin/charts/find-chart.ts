import { type Chart, loadChart, recordedCharts } from "./chart.ts";

/** A chart that cannot be had; the message says what can. */
export class ChartNotFoundError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ChartNotFoundError";
  }
}

export interface ChartReference {
  /** `cert-manager`, or a whole reference `oci://quay.io/jetstack/charts/cert-manager`. */
  readonly chart: string;
  /** `https://…`, `oci://…`, or an OCI registry without its scheme, as Argo CD wants it. */
  readonly repository?: string | undefined;
  /** Absent: the newest one, which here is the recorded one. */
  readonly version?: string | undefined;
}

const withoutSlash = (address: string): string => address.replace(/\/+$/, "");
const withoutScheme = (address: string): string => withoutSlash(address).replace(/^oci:\/\//, "");

function isHome(chart: Chart, reference: ChartReference): boolean {
  const { repository } = reference;
  if (repository === undefined || repository === "")
    return withoutScheme(chart.oci ?? "") === withoutScheme(reference.chart);
  if (repository.startsWith("http")) return withoutSlash(chart.repository ?? "") === withoutSlash(repository);
  return chart.oci !== null && `${withoutScheme(repository)}/${chart.chart}` === withoutScheme(chart.oci);
}

/**
 * The recorded chart behind a reference.
 * @throws ChartNotFoundError for a chart, repository or version that is not recorded.
 */
export function findChart(reference: ChartReference): Chart {
  const name = reference.chart.split("/").at(-1) ?? reference.chart;
  const chart = loadChart(name);
  if (!chart)
    throw new ChartNotFoundError(
      `chart "${name}" is not recorded; recorded charts are ${recordedCharts().join(", ")}`,
    );
  if (!isHome(chart, reference)) {
    const homes = [chart.repository, chart.oci].filter((home) => home !== null).join(" and ");
    throw new ChartNotFoundError(
      `chart "${name}" is not in ${reference.repository ?? reference.chart}; it is recorded from ${homes}`,
    );
  }
  if (
    reference.version !== undefined &&
    reference.version !== "" &&
    !sameVersion(reference.version, chart.version)
  )
    throw new ChartNotFoundError(
      `chart "${name}" matching ${reference.version} not found; version ${chart.version} is recorded`,
    );
  return chart;
}

/** Helm reads `v1.2.3` and `1.2.3` as the same version. */
const sameVersion = (a: string, b: string): boolean => a.replace(/^v/, "") === b.replace(/^v/, "");
